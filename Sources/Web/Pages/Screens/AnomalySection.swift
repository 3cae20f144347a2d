/// What is wrong with a dataset by the schema that it was held against.
struct AnomalySection {
    /// Nil where there was no schema.
    let anomalies: [DatasetVersionView.Anomaly]?

    var html: HTML {
        guard let anomalies else { return "" }
        guard !anomalies.isEmpty else { return section("anomalies", "Schema", "<p>\(badge("good", "✓", "held")) The schema holds.</p>") }
        let rows = anomalies.map { anomaly -> HTML in
            """
            <tr><th scope="row">\(isolated(anomaly.column ?? "all rows"))</th><td>\(isolated(anomaly.type))</td>\
            <td>\(isolated(anomaly.sentence))</td></tr>
            """
        }
        return section(
            "anomalies", "Schema",
            """
            <p>\(badge("bad", "✗", "failed")) \(Figure.count(anomalies.count, "anomaly", "anomalies")).</p>
            <div class="scroll" tabindex="0" role="group" aria-labelledby="anomalies-title"><table>
            <thead><tr><th scope="col">column</th><th scope="col">anomaly</th><th scope="col">found</th></tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>
            """)
    }
}
