package import EngineLibraries
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
        guard let trainer = trainers.first(where: { type(of: $0).name == name }) else {
            throw MartletError(
                .notFound, "There is no step “\(name)”.\(didYouMean(name, among: names)) Trainers are: \(names.joined(separator: ", ")).")
        }
        return trainer
    }
}
