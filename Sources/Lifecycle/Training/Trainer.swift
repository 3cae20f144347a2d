package import Statistics
package import Support

/// A way to fit a model to a table.
package protocol Trainer: Sendable {
    /// Its name in a pipeline, such as `train/lightgbm`.
    static var name: String { get }
    /// One sentence on what it is, for help texts.
    static var summary: String { get }
    /// The parameters that it takes.
    static var parameterNames: [String] { get }

    /// The kinds of problem that it can learn.
    static var problems: Set<ProblemType> { get }

    /// Checks parameters without training.
    /// - Throws: `invalidInput` for an unknown key or a value out of range.
    static func check(_ parameters: JSONValue, problem: ProblemType) throws(MartletError)

    /// Fits a model.
    /// - Parameters:
    ///   - validation: rows for early stopping; may be empty.
    ///   - parameters: an object with keys of `parameterNames`; what is absent takes its default.
    ///   - seed: decides everything random.
    ///   - progress: called now and then with what is going on and the share that is done, from 0 to 1.
    /// - Throws: `invalidInput` for parameters or data that cannot be learnt from, `engineMissing` for a trainer whose engine is not installed.
    func fit(
        training: TrainingSet, validation: TrainingSet, parameters: JSONValue, seed: UInt64, progress: (@Sendable (String, Double) -> Void)?
    ) throws(MartletError) -> FittedModel
}
