import Statistics
import Support

/// The parameters of `train/lightgbm`: LightGBM's own names, checked here because the engine takes nonsense without a word.
struct LightGBMSettings: Sendable {
    private struct Number {
        var name: String
        var standard: Double
        var range: ClosedRange<Double>
    }

    private struct Whole {
        var name: String
        var standard: Int
        var range: ClosedRange<Int>
    }

    /// Passed on as they are.
    private static let numbers = [
        Number(name: "learning_rate", standard: 0.06, range: 1e-6...10),
        Number(name: "min_sum_hessian_in_leaf", standard: 1e-3, range: 0...1e12),
        Number(name: "min_gain_to_split", standard: 0, range: 0...1e12),
        Number(name: "lambda_l1", standard: 0, range: 0...1e12),
        Number(name: "lambda_l2", standard: 0, range: 0...1e12),
        Number(name: "feature_fraction", standard: 1, range: 0.001...1),
        Number(name: "bagging_fraction", standard: 1, range: 0.001...1),
        Number(name: "path_smooth", standard: 0, range: 0...1e12),
        Number(name: "cat_smooth", standard: 10, range: 0...1e12),
        Number(name: "cat_l2", standard: 10, range: 0...1e12),
        Number(name: "scale_pos_weight", standard: 1, range: 1e-9...1e9),
    ]
    private static let wholes = [
        Whole(name: "num_leaves", standard: 31, range: 2...131_072),
        Whole(name: "max_depth", standard: -1, range: -1...1000),
        Whole(name: "min_data_in_leaf", standard: 20, range: 0...1_000_000_000),
        Whole(name: "bagging_freq", standard: 0, range: 0...1_000_000),
        Whole(name: "max_bin", standard: 255, range: 2...65_535),
        Whole(name: "max_cat_threshold", standard: 32, range: 1...1_000_000),
        Whole(name: "max_cat_to_onehot", standard: 4, range: 1...1_000_000),
        Whole(name: "min_data_per_group", standard: 100, range: 1...1_000_000_000),
        Whole(name: "num_threads", standard: 2, range: 1...256),
    ]
    private static let flags = [("extra_trees", false), ("use_missing", true), ("zero_as_missing", false)]
    private static let regressionObjectives = [
        "regression", "regression_l1", "huber", "fair", "poisson", "quantile", "mape", "gamma", "tweedie",
    ]

    /// Every parameter.
    static let names =
        ["num_iterations", "early_stopping_round"] + numbers.map(\.name) + wholes.map(\.name) + flags.map(\.0)
        + ["objective", "alpha", "tweedie_variance_power", "min_category_count", "max_categories"]

    let rounds: Int
    let earlyStopping: Int
    /// Whether validation rows decide on the rounds.
    let usesValidation: Bool
    let minimumCategoryCount: Int
    let categoryLimit: Int
    let resolved: JSONValue
    let notes: [String]
    private let engine: [(String, String)]

    init(_ parameters: JSONValue, problem: ProblemType, classCount: Int, hasValidation: Bool) throws(MartletError) {
        var reader = try TrainingParameters(parameters, of: LightGBMTrainer.self)
        rounds = try reader.whole("num_iterations", default: hasValidation ? 500 : 100, in: 1...100_000)
        earlyStopping = try reader.whole("early_stopping_round", default: hasValidation ? 50 : 0, in: 0...100_000)
        usesValidation = hasValidation
        var engine: [(String, String)] = []
        for number in Self.numbers {
            if number.name == "scale_pos_weight", problem != .binary {
                try Self.refuse(number.name, parameters, "it is for binary problems")
                continue
            }
            engine.append((number.name, "\(try reader.number(number.name, default: number.standard, in: number.range))"))
        }
        for whole in Self.wholes { engine.append((whole.name, "\(try reader.whole(whole.name, default: whole.standard, in: whole.range))")) }
        for (name, standard) in Self.flags { engine.append((name, try reader.flag(name, default: standard) ? "true" : "false")) }
        engine += try Self.objective(&reader, parameters, problem, classCount)
        minimumCategoryCount = try reader.whole("min_category_count", default: 2, in: 1...1_000_000_000)
        categoryLimit = try reader.whole("max_categories", default: 10_000, in: 1...1_000_000)
        resolved = reader.resolved
        self.engine = engine
        notes = hasValidation ? [] : ["There are no validation rows, so the number of rounds is fixed at \(rounds), not chosen by early stopping."]
    }

    /// The parameters for the engine.
    func engineParameters(seed: UInt64) -> [(String, String)] { engine + [("seed", "\(seed % 2_147_483_647)")] }

    private static func objective(_ reader: inout TrainingParameters, _ given: JSONValue, _ problem: ProblemType, _ classCount: Int)
        throws(MartletError)
        -> [(String, String)]
    {
        guard problem == .regression else {
            for name in ["objective", "alpha", "tweedie_variance_power"] { try refuse(name, given, "it is for regressions") }
            return problem == .binary ? [("objective", "binary")] : [("objective", "multiclass"), ("num_class", "\(classCount)")]
        }
        let name = try reader.choice("objective", default: "regression", of: regressionObjectives)
        var engine = [("objective", name)]
        if name == "tweedie" {
            engine.append(("tweedie_variance_power", "\(try reader.number("tweedie_variance_power", default: 1.5, in: 1...1.999))"))
        } else {
            try refuse("tweedie_variance_power", given, "it is for the objective tweedie")
        }
        if ["huber", "quantile"].contains(name) {
            engine.append(("alpha", "\(try reader.number("alpha", default: 0.9, in: name == "quantile" ? 1e-6...0.999999 : 1e-9...1e9))"))
        } else {
            try refuse("alpha", given, "it is for the objectives huber and quantile")
        }
        return engine
    }

    /// - Throws: `invalidInput` where the objective is not defined for the target's values.
    func checkRange(of training: TrainingSet) throws(MartletError) {
        guard case .regression(let truth) = training.target, let least = truth.min(), let name = resolved["objective"].text else { return }
        guard (["poisson", "tweedie"].contains(name) && least < 0) || (name == "gamma" && least <= 0) else { return }
        let needed = name == "gamma" ? "above 0" : "of at least 0"
        throw MartletError(
            .invalidInput,
            "The objective \(name) needs targets \(needed); the least of “\(training.targetName)” is \(JSONValue.text(of: least)). Choose another objective."
        )
    }

    private static func refuse(_ name: String, _ given: JSONValue, _ why: String) throws(MartletError) {
        guard !given[name].isNull else { return }
        throw MartletError(.invalidInput, "The parameter “\(name)” of train/lightgbm does not apply here: \(why). Remove it.")
    }
}
