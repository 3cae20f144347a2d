package import EngineLibraries
package import Statistics
package import Support

/// Every trainer that is built in.
package struct Trainers: Sendable {
    private let trainers: [any Trainer]

    /// - Parameter locator: finds LightGBM when it is first used.
    package init(locator: EngineLocator) {
        trainers = [MajorityTrainer(), MeanTrainer(), LogisticTrainer(), LinearTrainer(), LightGBMTrainer(locator: locator)]
    }

    package var names: [String] { trainers.map { type(of: $0).name } }

    /// The name and one sentence on each trainer.
    package var summaries: [(name: String, summary: String)] { trainers.map { (type(of: $0).name, type(of: $0).summary) } }

    /// The trainer of that name.
    /// - Throws: `notFound` with the nearest name.
    package func named(_ name: String) throws(MartletError) -> any Trainer {
        guard let trainer = trainers.first(where: { type(of: $0).name == name }) else { throw Self.unknown(name) }
        return trainer
    }

    /// The types of all trainers.
    private static let types: [any Trainer.Type] = [
        MajorityTrainer.self, MeanTrainer.self, LogisticTrainer.self, LinearTrainer.self, LightGBMTrainer.self,
    ]

    /// Checks a trainer's name and parameters without training: that it is for the kind of problem, that it takes these parameters, and
    /// that their values are in range.
    /// - Throws: `notFound` for the name, `invalidInput` for anything else, with the nearest known word.
    package static func check(_ name: String, parameters: JSONValue, problem: ProblemType) throws(MartletError) {
        guard let type = types.first(where: { $0.name == name }) else { throw unknown(name) }
        guard type.problems.contains(problem) else {
            let fitting = types.filter { $0.problems.contains(problem) }.map { $0.name }
            throw MartletError(.invalidInput, "\(name) is not for a \(problem.rawValue) problem. Use one of: \(fitting.joined(separator: ", ")).")
        }
        try type.check(parameters, problem: problem)
    }

    private static func unknown(_ name: String) -> MartletError {
        let names = types.map { $0.name }
        return MartletError(.notFound, "There is no step “\(name)”.\(didYouMean(name, among: names)) Trainers are: \(names.joined(separator: ", ")).")
    }
}
