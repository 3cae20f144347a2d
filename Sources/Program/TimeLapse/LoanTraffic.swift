import Demo
import Projects
import Serving
import Support
import Tables

/// Applications sent to the endpoint as they arrive, with the demonstration's clock.
struct LoanTraffic {
    private let project: Project
    private let clock: ManualClock
    private let endpoint: Endpoint
    private let log: PredictionLog

    init(project: Project, clock: ManualClock) throws(MartletError) {
        self.project = project
        self.clock = clock
        let plan = project.file.serving
        log = try PredictionLog(folder: project.predictionsFolder, endpoint: plan.endpoint, options: plan.log, clock: clock)
        endpoint = Endpoint(
            plan: plan, provider: ChampionProvider(project: project), log: log, pool: WorkPool(), identifiers: project.identifiers, clock: clock)
    }

    /// Asks about a month of applications in the order of their arrival, some at a time.
    func answer(_ month: LoanMonth) async throws(MartletError) {
        let arrived = try month.table.column("applied_at").numbers ?? []
        let signature = try await endpoint.current().signature
        let asked = try month.table.selecting(signature.inputs.map(\.name))
        let keys = try month.table.column(LoanGenerator.key)
        for start in stride(from: 0, to: month.table.rowCount, by: 100) {
            let rows = Array(start..<min(start + 100, month.table.rowCount))
            clock.advance(to: Timestamp(seconds: arrived[rows[rows.count - 1]]))
            var tensors: [Tensor] = []
            for (column, field) in zip(asked.rows(rows).columns, signature.inputs) { tensors.append(try Tensor(column, as: field)) }
            tensors.append(try Tensor(keys.rows(rows), as: Signature.Field(LoanGenerator.key, kind: .text, mayBeMissing: false)))
            _ = try await endpoint.infer(InferenceRequest(inputs: tensors))
        }
        log.flush()
    }

    /// Lets the endpoint serve the new champion.
    func pickUpPromotion() async throws(MartletError) { try await endpoint.refresh() }

    func close() { log.close() }
}
