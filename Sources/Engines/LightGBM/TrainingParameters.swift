import Support

/// LightGBM's parameters, checked: a closed list with ranges, since LightGBM accepts unknown names and much nonsense without a word.
struct TrainingParameters {
    let objective: Objective
    /// The number of classes; 1 where the objective is not of several classes.
    let classCount: Int
    let isDart: Bool
    /// The pairs that were given, in order.
    private let pairs: [(name: String, value: String)]

    /// - Throws: `invalidInput` with the nearest name, or the range that a value must lie in.
    init(_ given: [(String, String)], featureCount: Int) throws(MartletError) {
        var values: [String: String] = [:]
        for (name, value) in given {
            try Self.check(name, value, featureCount: featureCount)
            guard values.updateValue(value, forKey: name) == nil else {
                throw MartletError(.invalidInput, "LightGBM's parameter “\(name)” is given twice. Keep one.")
            }
        }
        guard let name = values["objective"] else {
            throw MartletError(.invalidInput, "LightGBM needs an “objective”: one of \(Self.list(Objective.allCases.map(\.rawValue))).")
        }
        guard let objective = Objective(rawValue: name) else { throw Self.unknown("objective", name, Objective.allCases.map(\.rawValue)) }
        self.objective = objective
        classCount = values["num_class"].flatMap { Int($0) } ?? 1
        isDart = values["boosting"] == "dart"
        pairs = given.map { (name: $0.0, value: $0.1) }
        try checkTogether(values)
    }

    /// The text that LightGBM reads. What makes runs repeatable and quiet is fixed; `categorical` are column indexes.
    func text(categorical: [Int], threads: Int) -> String {
        var all = pairs.filter { $0.name != "num_threads" }
        let chosen = pairs.first { $0.name == "num_threads" }?.value ?? String(threads)
        all += [
            (name: "num_threads", value: chosen), (name: "deterministic", value: "true"), (name: "force_row_wise", value: "true"),
            (name: "verbosity", value: "-1"),
        ]
        if !categorical.isEmpty { all.append((name: "categorical_feature", value: categorical.map(String.init).joined(separator: ","))) }
        return all.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    }

    private func checkTogether(_ values: [String: String]) throws(MartletError) {
        if objective.isMulticlass, classCount < 2 {
            throw MartletError(.invalidInput, "Objective “\(objective.rawValue)” needs “num_class”, the number of classes, of at least 2.")
        }
        if !objective.isMulticlass, classCount != 1 {
            throw MartletError(.invalidInput, "“num_class” is for the objectives multiclass and multiclassova only. Remove it.")
        }
        if values["is_unbalance"] == "true", values["scale_pos_weight"] != nil {
            throw MartletError(.invalidInput, "“is_unbalance” and “scale_pos_weight” exclude each other. Keep one.")
        }
        for metric in (values["metric"] ?? "").split(separator: ",").map(String.init) where !objective.metrics.contains(metric) {
            throw Self.unknown("metric", metric, objective.metrics)
        }
        let bags = (values["bagging_freq"].flatMap { Int($0) } ?? 0) > 0 && (values["bagging_fraction"].flatMap { Double($0) } ?? 1) < 1
        let columns = (values["feature_fraction"].flatMap { Double($0) } ?? 1) < 1
        if values["boosting"] == "rf", !bags && !columns {
            throw MartletError(
                .invalidInput, "Boosting “rf” needs “bagging_freq” above 0 with “bagging_fraction” below 1, or “feature_fraction” below 1.")
        }
    }

    private static func check(_ name: String, _ value: String, featureCount: Int) throws(MartletError) {
        if name == "objective" || name == "metric" { return }
        if ["deterministic", "force_row_wise", "force_col_wise", "verbosity", "categorical_feature"].contains(name) {
            throw MartletError(.invalidInput, "LightGBM's parameter “\(name)” is set by Martlet. Remove it.")
        }
        if ["num_iterations", "early_stopping_round"].contains(aliases[name] ?? name) {
            throw MartletError(
                .invalidInput, "“\(name)” is not among LightGBM's parameters here: rounds and early stopping are settings of the step.")
        }
        if let proper = aliases[name] { throw MartletError(.invalidInput, "LightGBM's parameter “\(name)” is called “\(proper)” here.") }
        if name == "monotone_constraints" { return try checkConstraints(value, featureCount) }
        guard let rule = rules[name] else { throw unknown("parameter", name, rules.keys.sorted() + ["objective", "metric", "monotone_constraints"]) }
        guard rule.accepts(value) else {
            throw MartletError(.invalidInput, "LightGBM's parameter “\(name)” is “\(value)”; it must be \(rule.description).")
        }
    }

    private static func checkConstraints(_ value: String, _ featureCount: Int) throws(MartletError) {
        let parts = value.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == featureCount, parts.allSatisfy({ $0 == "-1" || $0 == "0" || $0 == "1" }) else {
            throw MartletError(
                .invalidInput, "“monotone_constraints” must be \(featureCount) numbers, one a feature: -1, 0 or 1, with commas between them.")
        }
    }

    private static func unknown(_ what: String, _ word: String, _ known: [String]) -> MartletError {
        let hint = didYouMean(word, among: known)
        return MartletError(
            .invalidInput, "LightGBM has no \(what) “\(word)” that can be used here.\(hint)\(hint.isEmpty ? " Use one of \(list(known))." : "")")
    }

    private static func list(_ words: [String]) -> String { words.joined(separator: ", ") }
}
