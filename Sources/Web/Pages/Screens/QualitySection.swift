/// How the expectations on a dataset turned out, those that do not hold first.
struct QualitySection {
    let expectations: [ExpectationView]

    var html: HTML {
        guard !expectations.isEmpty else {
            return section(
                "quality", "Quality", emptyState("Nothing is expected of this data yet. Write expectations into martlet.yaml, under data: expect:."))
        }
        let failed = expectations.filter { !$0.holds }.sorted { QualitySection.rank($0) < QualitySection.rank($1) }
        let held = expectations.filter(\.holds)
        let sign = failed.isEmpty ? badge("good", "✓", "held") : badge("bad", "✗", "failed")
        let sentence: HTML =
            failed.isEmpty
            ? "All \(Figure.count(held.count, "expectation")) hold."
            : "\(Figure.count(failed.count)) of \(Figure.count(expectations.count, "expectation")) do not hold."
        let open = failed.isEmpty ? held : failed
        let rest: HTML =
            failed.isEmpty || held.isEmpty ? "" : "<details><summary>\(Figure.count(held.count)) that hold</summary>\(table(held))</details>"
        return section("quality", "Quality", "<p>\(sign) \(sentence)</p>\(table(open))\(rest)")
    }

    private static func rank(_ expectation: ExpectationView) -> Int { ["critical", "warning", "info"].firstIndex(of: expectation.severity) ?? 3 }

    private func table(_ expectations: [ExpectationView]) -> HTML {
        """
        <div class="scroll" tabindex="0" role="group" aria-labelledby="quality-title"><table class="expectations">
        <thead><tr><th scope="col"><span class="sr">verdict</span></th><th scope="col">column</th><th scope="col">expected</th>\
        <th scope="col">found</th><th scope="col">for example</th><th scope="col">severity</th></tr></thead>
        <tbody>
        \(expectations.map(row))
        </tbody></table></div>
        """
    }

    private func row(_ expectation: ExpectationView) -> HTML {
        let arguments = expectation.arguments.map {
            "<span class=\"meta\">\(isolated($0.name))</span> \(isolated(String($0.value.prefix(120))))" as HTML
        }
        let examples = expectation.examples.prefix(5).map { "<code>\(isolated(String($0.prefix(60))))</code>" as HTML }
        return """
            <tr><td>\(expectation.holds ? badge("good", "✓", "holds") : badge("bad", "✗", "does not hold"))</td>\
            <th scope="row">\(isolated(expectation.columns.joined(separator: ", ")))</th>\
            <td>\(isolated(expectation.name)) \(arguments)</td><td>\(isolated(expectation.found))</td><td>\(examples)</td>\
            <td>\(isolated(expectation.severity))</td></tr>
            """
    }
}
