import Demo
import Monitoring
import Planning
import Projects
import Statistics
import Support
import Tables

/// What was planted in the data, and which of it the lifecycle found. Only what was measured counts as found.
struct Ledger {
    private var found: [String: String] = [:]
    private var falseAlarms: [String] = []
    private(set) var hasRefused = false

    // MARK: - Reading

    /// What looking at the table tells, before anything is trained.
    mutating func readInspection(_ facts: JSONValue) {
        for finding in facts["findings"].elements {
            let sentence = finding["sentence"].text ?? ""
            if finding["column"].text == LoanGenerator.key, sentence.contains("tells rows apart") { found["identifier"] = sentence }
            if sentence.contains("alone predicts") { falseAlarms.append(sentence) }
        }
    }

    /// What the first training tells.
    mutating func readTraining(_ outcome: RunOutcome, project: Project) throws {
        let rows = outcome.leaderboard?.rows ?? []
        if let trees = rows.first(where: { $0.step == "trees" })?.measurement, let linear = rows.first(where: { $0.step == "linear" })?.measurement,
            let lower = trees.lower, lower > linear.value
        {
            let shares = try project.show("model:\(project.file.model)@champion")["importance"].elements.prefix(6).compactMap { $0["column"].text }
            let gainText = "trees, \(StatusText.text(trees)), beat the linear model, \(Objective.text(linear.value))"
            if shares.contains("age") { found["age-curve"] = "\(gainText), and age is among their first columns" }
            if shares.contains("debt"), shares.contains("employment_years") {
                found["debt-new-job"] = "\(gainText), with debt and employment_years among their first columns"
            }
        }
        for sentence in outcome.gate?.findings ?? [] {
            if sentence.contains("can hardly change the gaps") { found["proxy"] = sentence }
            if sentence.contains("more than chance explains") { found["outcome-gap"] = sentence }
        }
        let income = try project.profile(nil)["columns"].elements.first { $0["name"].text == "income" }
        if let missing = income?["missing"].double, let count = income?["count"].double, missing > 0 {
            found["missing-income"] = "the profile counts \(Objective.text(100 * missing / max(1, count + missing))) % of incomes missing"
        }
    }

    /// Which columns drifted in a month: right from the shift on, wrong before.
    mutating func readDrift(_ report: DriftReport, month: Int) {
        let planted = ["income": "income-shift", "channel": "channel-shift"]
        let name = LoanGenerator.start(ofMonth: month).date.prefix(7)
        for column in report.drifted {
            guard let truth = planted[column.name], month >= LoanGenerator.shiftMonth else {
                falseAlarms.append("drift of \(column.name) in \(name)")
                continue
            }
            guard found[truth] == nil else { continue }
            found[truth] = "drift of \(column.name) in \(name): \(column.result.method.rawValue) \(Objective.text(column.result.statistic ?? 0))"
        }
    }

    /// The production objective turned red.
    mutating func readDecline(_ reason: String, month: Int) {
        let name = LoanGenerator.start(ofMonth: month).date.prefix(7)
        guard month >= LoanGenerator.shiftMonth else { return falseAlarms.append("the objective “live” turned red in \(name)") }
        if found["concept-change"] == nil { found["concept-change"] = "the objective “live” turned red at the end of \(name): \(reason)" }
    }

    /// How long labels took, from the answers in the log to the labels' own times.
    mutating func readDelays(_ days: [Double]) {
        guard let middle = days.sorted().dropFirst(days.count / 2).first else { return }
        found["late-labels"] = "half of the labels came more than \(Objective.text(middle.rounded())) days after the answer"
    }

    /// The candidate that was trained in haste, on rows compared with all that were asked in their month.
    mutating func readHaste(_ outcome: RunOutcome, sample: DriftReport) {
        hasRefused = outcome.gate?.passed == false
        guard let channel = sample.drifted.first(where: { $0.name == "channel" }) else { return }
        found["hasty-labels"] =
            "the first labels are not like the month they come from: \(channel.name), \(channel.result.method.rawValue) \(Objective.text(channel.result.statistic ?? 0))"
    }

    // MARK: - Printing

    func print(to console: Console) {
        let truths = LoanGenerator.truths
        let count = truths.count { found[$0.id] != nil }
        console.line(
            console.paint("Ledger", .bold)
                + "  \(truths.count) truths planted, \(count) found, \(truths.count - count) missed, \(falseAlarms.count) false alarms")
        for truth in truths {
            let how = found[truth.id]
            console.line("  \(console.mark(how == nil ? .yellow : .green)) \(truth.sentence)")
            console.line("      \(how.map { String($0.prefix(170)) } ?? "missed")")
        }
        for alarm in falseAlarms { console.line("  \(console.mark(.red)) false alarm: \(alarm)") }
    }
}
