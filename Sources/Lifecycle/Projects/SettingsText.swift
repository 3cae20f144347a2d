internal import Data
internal import Statistics
internal import Support
internal import Tables

/// The text of a new `martlet.yaml`, with comments that say what a person should look at.
struct SettingsText {
    let project: String
    /// The name of the models that it trains, where that is not the project's.
    var model: String?
    let target: String
    let request: ProjectTemplate.Request
    let inspection: SourceInspection
    let plan: DataPlan

    var text: String {
        [head, charter, data, pipeline, serving(withMonitoring: true)].joined(separator: "\n")
    }

    /// What stands in the file of a project for tracking only, and behind it what it lacks.
    func added(to text: String) -> String {
        let isMonitored = text.split(whereSeparator: \.isNewline).contains { $0.hasPrefix("monitoring:") }
        let sections = [charter, data, pipeline, serving(withMonitoring: !isMonitored)]
        return ([text.hasSuffix("\n") ? text : text + "\n"] + sections).joined(separator: "\n")
    }

    private var head: String {
        """
        # What this model is for, what it learns from and what it must reach. Read it, change it, keep it in Git; “martlet run” does what it says.
        martlet: 1
        project: \(project)

        """
    }

    private var charter: String {
        let positive = inspection.positive.map { ", positive: \(quote($0))" } ?? ""
        let metric = Metric.primary(for: inspection.problem).rawValue
        let margin = inspection.problem == .regression ? "0" : "0.005"
        return """
            charter:
              problem: {type: \(inspection.problem.rawValue), target: \(quote(target))\(positive)}
              # outcome: in your words, what should be better because of this model?
              objectives:                     # each line is a gate, a check and an alert; add what the model must reach, then: martlet charter confirm
                - {id: gain, metric: \(metric), on: test, versus: baseline, min_gain: \(inspection.problem == .regression ? "0" : "0.001")}
                - {id: no-worse, metric: \(metric), on: test, versus: champion, max_loss: \(margin)}
              # people: {owner: you@example.org, validator: someone.else@example.org}

            """
    }

    // MARK: - Data

    private var data: String {
        var lines = ["data:", "  source: {\(source.joined(separator: ", "))}"]
        if !plan.columns.isEmpty {
            lines.append("  columns:")
            lines += plan.columns.map { "    \(quote($0.name)): {\(column($0).joined(separator: ", "))}" }
        }
        if !plan.rules.isEmpty { lines.append("  clean: [\(plan.rules.compactMap(rule).joined(separator: ", "))]   # also applied to every request") }
        lines.append("  expect:")
        lines.append("    - expect_column_values_to_not_be_null: {column: \(quote(target)), mostly: \(mostly)}")
        lines.append("  split: {\(split.joined(separator: ", "))}")
        return lines.joined(separator: "\n") + "\n"
    }

    private var mostly: String {
        let share = 1 - Double(inspection.missingTargets) / Double(max(1, inspection.rowCount))
        return inspection.missingTargets == 0 ? "1" : JSONValue.text(of: (share * 0.9 * 100).rounded(.down) / 100)
    }

    private var source: [String] {
        var parts = ["train: \(list(plan.source.train))"]
        if !plan.source.test.isEmpty { parts.append("test: \(list(plan.source.test))") }
        if !plan.source.names.isEmpty { parts.append("columns: [\(plan.source.names.map(quote).joined(separator: ", "))]") }
        if let delimiter = plan.source.delimiter { parts.append("delimiter: \(quote(delimiter))") }
        if plan.source.encoding != "utf-8" { parts.append("encoding: \(plan.source.encoding)") }
        if plan.source.decimal == "," { parts.append("decimal: \",\"") }
        if !plan.source.missing.isEmpty { parts.append("missing: [\(plan.source.missing.map(quote).joined(separator: ", "))]") }
        return parts
    }

    private func column(_ column: ColumnPlan) -> [String] {
        var parts: [String] = []
        if !column.use { parts.append("use: false") }
        if column.sensitive { parts.append("sensitive: true") }
        if column.weight { parts.append("weight: true") }
        if column.key { parts.append("key: true") }
        if let kind = column.kind { parts.append("kind: \(kind.rawValue)") }
        if let why = column.why { parts.append("why: \(quote(why))") }
        return parts
    }

    /// A rule that an inspection proposes; others are for a person to write.
    private func rule(_ rule: RowRule) -> String? {
        switch rule {
        case .trim(.all): "{trim: all}"
        case .trim(.named(let names)): "{trim: [\(names.map(quote).joined(separator: ", "))]}"
        case .stripSuffix(let column, let suffix): "{strip_suffix: {\(quote(column)): \(quote(suffix))}}"
        case .stripPrefix(let column, let prefix): "{strip_prefix: {\(quote(column)): \(quote(prefix))}}"
        case .cast(let column, let kind): "{cast: {\(quote(column)): \(kind.rawValue)}}"
        default: nil
        }
    }

    private var split: [String] {
        var parts = ["validation: \(JSONValue.text(of: plan.split.validation))"]
        if plan.source.test.isEmpty { parts.append("test: \(JSONValue.text(of: plan.split.test))") }
        parts.append("how: \(plan.split.method.rawValue)")
        if let by = plan.split.by { parts.append("by: \(quote(by))") }
        return parts + ["seed: \(plan.split.seed)"]
    }

    // MARK: - The rest

    private var pipeline: String {
        let (baseline, linear) = inspection.problem == .regression ? ("mean", "linear") : ("majority", "logistic")
        return """
            pipeline:
              - {id: baseline, uses: train/\(baseline)}
              - {id: linear, uses: train/\(linear)}
              - {id: trees, uses: train/lightgbm}
              # - {id: forest, run: python forest.py, deps: [forest.py], outs: [forest.onnx]}   # any command; its ONNX file joins the comparison

            """
    }

    private func serving(withMonitoring: Bool) -> String {
        let key = plan.columns.first(where: \.key).map { ", key: \(quote($0.name))" } ?? ""
        let serving = "serving: {endpoint: \(project), model: \(model ?? project)@champion\(key), log: {sample: 1.0, keep: 180d}}\n"
        return serving + (withMonitoring ? "monitoring: {reference: train, every: 1h, alert: [log]}\n" : "")
    }

    private func list(_ texts: [String]) -> String {
        texts.count == 1 ? quote(texts[0]) : "[\(texts.map(quote).joined(separator: ", "))]"
    }

    /// A YAML scalar that reads back as the same text: plain where that is safe, else in double quotes.
    private func quote(_ text: String) -> String {
        let safe = text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || "_-./".utf8.contains($0)
        }
        let words = ["true", "false", "null", "yes", "no", "on", "off", "~"]
        guard safe, !text.isEmpty, !text.hasPrefix("-"), !words.contains(text.lowercased()), Double(text) == nil else {
            return JSONValue.string(text).compact
        }
        return text
    }
}
