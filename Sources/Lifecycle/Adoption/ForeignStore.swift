internal import Experiments
package import Support

/// Where another tool keeps its runs. It is only ever read.
package protocol ForeignStore: AnyObject {
    /// What runs from here are marked with: the tool, and whatever else makes identifiers of its runs unique. `mlflow`, `wandb/churn`.
    func origin(of run: ForeignRun) -> String

    /// Its experiments, which runs name by their place in this list.
    func experiments() throws(MartletError) -> [ForeignExperiment]

    /// Goes through its runs, in an order that stays the same.
    func eachRun(_ visit: (ForeignRun) throws(MartletError) -> Void) throws(MartletError)

    /// Whether nothing has been added to a run since it was read up to a cursor.
    func isRead(_ run: ForeignRun, upTo cursor: String) throws(MartletError) -> Bool

    /// Reads what a run holds behind a cursor.
    /// - Parameters:
    ///   - cursor: as a batch of an earlier reading left it; empty for the beginning.
    ///   - keep: keeps a batch. The last one has a cursor of which `isRead` says yes.
    func read(_ run: ForeignRun, after cursor: String, _ keep: (ForeignBatch) throws(MartletError) -> Void) throws(MartletError)

    /// What of it is no run: what people were told is left out, each once.
    var leftOut: [String: Int] { get }

    /// Goes through its logged models, in an order that stays the same.
    func eachLoggedModel(_ visit: (ForeignLoggedModel) throws(MartletError) -> Void) throws(MartletError)

    /// The models that are registered in it, by name.
    func registeredModels() throws(MartletError) -> [ForeignModel]

    /// Fetches what lies at an address of the store into a file.
    func fetch(_ address: String, into path: String) throws(MartletError)
}

extension ForeignStore {
    package func registeredModels() -> [ForeignModel] { [] }

    package func eachLoggedModel(_ visit: (ForeignLoggedModel) throws(MartletError) -> Void) throws(MartletError) {}

    package func fetch(_ address: String, into path: String) throws(MartletError) {
        throw MartletError(.defect, "This store has no addresses.")
    }
}
