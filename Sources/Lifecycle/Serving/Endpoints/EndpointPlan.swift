package import Settings
package import Support
package import Telemetry

/// The `serving` section of the settings.
package struct EndpointPlan: Sendable, Equatable {
    /// The name under which clients ask: the protocol's “model name”.
    package var endpoint: String
    /// The registered model's name.
    package var model: String
    /// The alias or version to serve, `champion` where none is given.
    package var selector: String
    /// The column or parameter in which callers send their own key; nil for none.
    package var key: String?
    package var log: PredictionLogOptions
    package var batch: BatchOptions
    /// How models that need Python are run; nil where the settings say nothing of it.
    package var python: PythonPlan?
    package var guards = GuardPlan()
    /// How often each caller may ask; nil for as often as they like.
    package var limit: RatePlan?
    /// What of several models is put together to answer; nil where one model answers.
    package var recipe: EndpointRecipe?
    /// The endpoints beside this one that the settings name.
    package var beside: [EndpointPlan] = []
    /// How many models beside the main one are held.
    package var residency = ResidencyPlan()
    /// Who is told of each request, and how.
    package var telemetry = TelemetryPlan()

    package init(
        endpoint: String, model: String, selector: String = "champion", key: String? = nil, log: PredictionLogOptions = .init(),
        batch: BatchOptions = .init()
    ) {
        self.endpoint = endpoint
        self.model = model
        self.selector = selector
        self.key = key
        self.log = log
        self.batch = batch
        self.log.privacy.key = key ?? self.log.privacy.key
    }

    /// The alias under which the model is served; nil where the selector is a version number.
    package var alias: String? { recipe == nil && Reference(.model, model, selector).version == nil ? selector : nil }

    /// Reads `serving: {endpoint: income, model: income@champion, key: person_id, log: {sample: 1.0, keep: 180d, mode: async}}`.
    /// Without an endpoint it is called like the model; `log: durable` stands for `log: {mode: durable}`.
    /// - Throws: `invalidInput` with line and column.
    package init(_ node: SettingsNode) throws(MartletError) {
        _ = try node.mapping(
            keys: ["endpoint", "model", "key", "log", "batch", "wait", "python", "guards", "limit", "endpoints", "access", "traces"]
                + ResidencyPlan.keys)
        let modelNode = try node.required("model")
        let text = try modelNode.string()
        let reference = Reference(text) ?? Reference("model:\(text)")
        guard let reference, reference.kind == .model else {
            throw modelNode.failure("“\(text)” does not name a model. Write the name and an alias or version, as in income@champion.")
        }
        let endpoint = try node["endpoint"]?.string() ?? reference.name
        do { _ = try PredictionLogReader.path(folder: "", endpoint: endpoint) } catch { throw (node["endpoint"] ?? modelNode).failure(error.message) }
        let key = try node["key"]?.string()
        self.init(
            endpoint: endpoint, model: reference.name, selector: reference.selector ?? "champion", key: key,
            log: try node["log"].map { node throws(MartletError) in try EndpointPlan.log(node, key: key ?? "id") } ?? .init(),
            batch: try BatchOptions(batch: node["batch"], wait: node["wait"]))
        python = try node["python"].map { node throws(MartletError) in try PythonPlan(node) }
        telemetry = try TelemetryPlan(access: node["access"], traces: node["traces"])
        limit = try node["limit"].map { node throws(MartletError) in try RatePlan(node) }
        guards = try node["guards"].map { node throws(MartletError) in try GuardPlan(node) } ?? .init()
        residency = try ResidencyPlan(node)
        beside = try node["endpoints"].map { node throws(MartletError) in try EndpointRecipe.plans(node, beside: self) } ?? []
    }

    /// The plan of another endpoint of the same project: logged, guarded and limited alike.
    package func other(_ endpoint: String, model: String, selector: String = "champion", recipe: EndpointRecipe? = nil) -> EndpointPlan {
        var plan = self
        (plan.endpoint, plan.model, plan.selector, plan.recipe, plan.beside) = (endpoint, model, selector, recipe, [])
        return plan
    }

    /// Whether a text can be the name of an endpoint.
    package static func isName(_ text: String) -> Bool { (try? PredictionLogReader.path(folder: "", endpoint: text)) != nil }

    private static func log(_ node: SettingsNode, key: String) throws(MartletError) -> PredictionLogOptions {
        if case .scalar = node.content { return PredictionLogOptions(mode: try node.choice()) }
        _ = try node.mapping(keys: ["sample", "keep", "mode", "columns", "sensitive", "pii", "parquet", "events"])
        var options = PredictionLogOptions(
            mode: try node["mode"]?.choice() ?? .async, sample: try node["sample"]?.double(in: 0...1) ?? 1, keep: try node["keep"]?.duration())
        options.parquet = try node["parquet"]?.bool() ?? true
        options.events = try node["events"].map { node throws(MartletError) in try EventsPlan(node) }
        options.privacy = try LogPrivacy(node, key: key)
        return options
    }
}
