import EngineHeaders
package import Support

extension LightGBM {
    /// Trains a booster.
    ///
    /// - Parameters:
    ///   - parameters: LightGBM's parameters by their proper names; `objective` is needed. `deterministic`, `force_row_wise` and `verbosity` are fixed.
    ///   - training: columns, labels, weights.
    ///   - validation: rows of the same features that metrics are computed on.
    ///   - rounds: the most boosting rounds.
    ///   - earlyStopping: stop when the first metric on the validation rows has not improved for so many rounds, and keep the best; nil never stops.
    ///   - progress: called after each round with its number from 1 and the first metric (NaN without validation rows), on LightGBM's thread;
    ///     answering false ends the training.
    /// - Returns: the booster, cut to its best round where `earlyStopping` is set.
    /// - Throws: `invalidInput` with what is wrong about parameters or data; `cancelled` when `progress` answers false.
    package func train(
        _ parameters: [(String, String)], training: TrainingMatrix, validation: TrainingMatrix? = nil, rounds: Int, earlyStopping: Int? = nil,
        progress: (@Sendable (Int, Double) -> Bool)? = nil
    ) throws(MartletError) -> Booster {
        let checked = try TrainingParameters(parameters, featureCount: training.features.count)
        try training.validate(checked)
        try validation?.validate(checked)
        try Self.check(rounds: rounds, earlyStopping: earlyStopping, training, validation, checked)
        let text = checked.text(categorical: training.categorical, threads: threads)
        let engine = self
        return try OwnerThread.lightGBM.run { () throws(MartletError) in
            var session = try TrainingSession(engine.api, text, training, validation)
            try session.boost(rounds: rounds, earlyStopping: earlyStopping, progress)
            return try session.finish(engine)
        }
    }

    private static func check(
        rounds: Int, earlyStopping: Int?, _ training: TrainingMatrix, _ validation: TrainingMatrix?, _ parameters: TrainingParameters
    ) throws(MartletError) {
        guard (1...1_000_000).contains(rounds) else {
            throw MartletError(.invalidInput, "The number of rounds is \(rounds); it must be from 1 to 1,000,000.")
        }
        if let validation, validation.features.count != training.features.count {
            throw MartletError(
                .defect, "Training rows have \(training.features.count) features, validation rows \(validation.features.count).")
        }
        guard let earlyStopping else { return }
        guard earlyStopping > 0 else {
            throw MartletError(.invalidInput, "Early stopping after \(earlyStopping) rounds makes no sense; it must be at least 1.")
        }
        guard validation != nil else { throw MartletError(.invalidInput, "Early stopping needs validation rows.") }
        if parameters.isDart {
            throw MartletError(
                .invalidInput, "Early stopping cannot be used with boosting “dart”, which changes earlier trees. Remove one of the two.")
        }
    }
}

/// One training, from the data to the finished booster. Lives on the owner thread.
private struct TrainingSession {
    private let api: LightGBMAPI
    private let training: DatasetHandle
    private let validation: DatasetHandle?
    private let booster: BoosterHandle
    private let metrics: [String]
    private let featureNames: [String]
    private var history: [[Double]] = []
    private var best = 0
    private var roundsDone = 0

    init(_ api: LightGBMAPI, _ parameters: String, _ training: TrainingMatrix, _ validation: TrainingMatrix?) throws(MartletError) {
        self.api = api
        let data = try DatasetHandle(api, training, parameters: parameters, reference: nil)
        self.training = data
        if let validation {
            self.validation = try DatasetHandle(api, validation, parameters: parameters, reference: data)
        } else {
            self.validation = nil
        }
        booster = try BoosterHandle(api, training: data, parameters: parameters)
        if let handle = self.validation {
            try api.check(api.calls.booster_add_valid_data(booster.pointer, handle.pointer), "LightGBM refuses the validation rows.")
        }
        metrics = try booster.metricNames()
        featureNames = training.featureNames
    }

    /// Runs the rounds. Like Python's `train`, it goes on when a round finds nothing to split: another round's sample may.
    mutating func boost(rounds: Int, earlyStopping: Int?, _ progress: (@Sendable (Int, Double) -> Bool)?) throws(MartletError) {
        guard earlyStopping == nil || !metrics.isEmpty else { throw MartletError(.invalidInput, "Early stopping needs a metric; “metric” is empty.") }
        var stopping = earlyStopping.map { EarlyStopping(patience: $0, metric: metrics.first ?? "") }
        for round in 0..<rounds {
            var isFinished: CInt = 0
            try api.check(
                api.calls.booster_update_one_iter(booster.pointer, &isFinished), "LightGBM cannot train on this data with these parameters.")
            let values = try evaluate()
            history.append(values)
            roundsDone = round + 1
            let stop = stopping?.shouldStop(after: round, value: values.first ?? .nan) ?? false
            if progress?(round + 1, values.first ?? .nan) == false {
                throw MartletError(.cancelled, "The training was stopped after round \(round + 1).")
            }
            if stop { break }
        }
        best = stopping?.bestIteration ?? 0
    }

    private func evaluate() throws(MartletError) -> [Double] {
        guard validation != nil, !metrics.isEmpty else { return [] }
        var values = [Double](repeating: .nan, count: metrics.count)
        var count: CInt = 0
        try api.check(api.calls.booster_get_eval(booster.pointer, 1, &count, &values), "LightGBM cannot evaluate on the validation rows.")
        return values
    }

    /// The booster as its own text gives it: without the data, and cut to the best round.
    func finish(_ engine: LightGBM) throws(MartletError) -> Booster {
        let text = try booster.text(iterations: best)
        let series =
            validation == nil
            ? []
            : metrics.enumerated().map { index, name in
                MetricHistory(name: name, values: history.map { $0[index] })
            }
        return try Booster(
            onOwnerThread: engine, text: text, featureNames: featureNames, bestIteration: best > 0 ? best : roundsDone, history: series)
    }
}
