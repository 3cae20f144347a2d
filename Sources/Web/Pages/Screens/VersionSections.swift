/// The parts of an endpoint's page that tell of several versions: what shares the requests now, and what was live when.
struct VersionSections {
    let view: EndpointView

    /// Nothing where the champion answers alone.
    var shares: HTML {
        guard view.versions.count > 1 else { return "" }
        let rows = view.versions.map { version -> HTML in
            """
            <tr><th scope="row"><code>v\(version.version)</code></th><td>\(isolated(version.role))</td>\
            <td class="number">\(version.share.map { Figure.percent($0) } ?? "–")</td><td class="number">\(Figure.count(version.requests))</td>\
            <td class="number">\(failures(version))</td><td class="number">\(Figure.milliseconds(version.p50Milliseconds))</td>\
            <td class="number">\(Figure.milliseconds(version.p99Milliseconds))</td><td>\(comparison(version))</td></tr>
            """
        }
        return section(
            "versions", "Versions that share the requests",
            """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="versions-title"><table>
            <thead><tr><th scope="col">version</th><th scope="col">role</th><th scope="col" class="number">share</th>\
            <th scope="col" class="number">requests</th><th scope="col" class="number">failed</th><th scope="col" class="number">median</th>\
            <th scope="col" class="number">p99</th><th scope="col">compared</th></tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>
            """)
    }

    private func failures(_ version: VersionShareView) -> HTML {
        version.failed > 0 ? "\(badge("warn", "!", "failures")) \(Figure.count(version.failed))" : "0"
    }

    private func comparison(_ version: VersionShareView) -> HTML {
        guard let rows = version.comparedRows else { return "" }
        let disagreement: HTML = version.disagreement.map { ", \(Figure.percent($0)) answered otherwise" } ?? ""
        let difference: HTML = version.meanDifference.map { ", scores \(Figure.metric($0)) apart" } ?? ""
        let dropped: HTML = (version.dropped ?? 0) > 0 ? ", \(Figure.count(version.dropped ?? 0, "request")) left out" : ""
        return "\(Figure.count(rows, "row"))\(disagreement)\(difference)\(dropped)"
    }

    /// The time line, newest first.
    var history: HTML {
        guard !view.history.isEmpty else { return "" }
        let rows = view.history.map { change -> HTML in
            """
            <tr><td>\(moment(change.time))</td><td>\(isolated(change.what))</td><td>\(isolated(change.by))</td><td>\(isolated(change.reason))</td></tr>
            """
        }
        return section(
            "history", "What was live when",
            """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="history-title"><table>
            <thead><tr><th scope="col">since</th><th scope="col">live</th><th scope="col">by</th><th scope="col">reason</th></tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>
            """)
    }
}
