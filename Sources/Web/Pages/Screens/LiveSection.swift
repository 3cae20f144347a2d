import Support

/// The last minutes of an endpoint in pictures. The page has them as they were when it was asked for; with scripts they are drawn anew every few seconds.
package struct LiveSection {
    let live: LiveView

    package init(_ live: LiveView) { self.live = live }

    /// The section, with the address at which newer pictures are told.
    func html(endpoint: String) -> HTML {
        """
        <section id="live" aria-labelledby="live-title" data-live="\(PagePath.live(endpoint))">
        <div class="head"><h2 id="live-title">The last ten minutes</h2></div>
        <div class="moving">\(pictures)</div>
        </section>
        """
    }

    /// What changes.
    package var pictures: HTML {
        guard !live.slots.isEmpty else { return emptyState("The first figures are there in a few seconds.") }
        return "<div class=\"plots\">\(rates)\(times)\(troubles)\(waiting)</div>"
    }

    private func figure(_ title: HTML, _ lines: [LiveChart.Line], name: String, text: @escaping (Double) -> String) -> HTML {
        let chart = LiveChart(name: name, times: live.slots.map(\.time), lines: lines, text: text)
        let keys = lines.map { line -> HTML in
            let now = line.values.last.flatMap(\.self).map(text) ?? "–"
            return "<span class=\"line\"><span class=\"key hue-\(line.hue % 8)\"></span>\(line.name) <strong>\(now)</strong></span>"
        }
        return "<figure><figcaption>\(title)</figcaption>\(chart.html)<p class=\"legend\">\(keys)</p></figure>"
    }

    private static func rate(_ value: Double) -> String { Figure.metric(value) }

    /// One line for all, or one for each of several versions.
    private var rates: HTML {
        let versions = Set(live.slots.flatMap { $0.versions.map(\.version) }).sorted()
        var lines = [LiveChart.Line(name: "all", hue: 0, values: live.slots.map(\.requestsPerSecond))]
        if versions.count > 1 {
            lines += versions.suffix(6).enumerated().map { place, version in
                LiveChart.Line(
                    name: "v\(version)", hue: place + 1,
                    values: live.slots.map { slot in slot.versions.first { $0.version == version }?.requestsPerSecond ?? 0 })
            }
        }
        return figure("Requests a second", lines, name: "Requests a second", text: LiveSection.rate)
    }

    private var times: HTML {
        let lines = [
            LiveChart.Line(name: "median", hue: 0, values: live.slots.map(\.p50Milliseconds)),
            LiveChart.Line(name: "99th percentile", hue: 1, values: live.slots.map(\.p99Milliseconds)),
        ]
        return figure("Time to answer, in ms", lines, name: "Time to answer") { Figure.milliseconds($0) }
    }

    private var troubles: HTML {
        let lines = [
            LiveChart.Line(name: "failed", hue: 3, values: live.slots.map(\.failedPerSecond)),
            LiveChart.Line(name: "refused", hue: 1, values: live.slots.map(\.refusedPerSecond)),
            LiveChart.Line(name: "turned away", hue: 4, values: live.slots.map(\.turnedAwayPerSecond)),
        ]
        return figure("Not answered, a second", lines, name: "Requests that were not answered, a second", text: LiveSection.rate)
    }

    private var waiting: HTML {
        let lines = [LiveChart.Line(name: "rows", hue: 2, values: live.slots.map { Double($0.waiting) })]
        return figure("Waiting for the model", lines, name: "Rows that wait for the model", text: LiveSection.rate)
    }
}
