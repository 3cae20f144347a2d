internal import Database
internal import Events
package import Registry
package import Serving
package import Support

/// The endpoints of a project: the main one, those that the settings name, and in a project for serving one for each other model with a champion.
extension Project {
    /// Their plans, the main one first.
    package func endpointPlans() throws(MartletError) -> [EndpointPlan] {
        let main = file.serving
        var plans = [main] + file.beside
        guard file.kind == .serving else { return plans }
        let taken = Set(plans.map(\.endpoint) + [main.model])
        for model in try models.standing(of: Project.protected).keys.sorted() where !taken.contains(model) {
            // A client may register what cannot be the name of an endpoint.
            guard EndpointPlan.isName(model) else { continue }
            plans.append(main.other(model, model: model))
        }
        return plans
    }

    /// The project as one of its endpoints sees it: what is asked of traffic, log and champion is that endpoint's.
    package func serving(_ plan: EndpointPlan) -> Project {
        guard plan.endpoint != file.serving.endpoint else { return self }
        var file = file
        file.serving = plan
        file.isBesideMain = true
        return Project(
            root: root, file: file, clock: clock, database: database, objects: objects, events: events, identifiers: identifiers, engines: engines,
            caller: caller, past: past, readings: readings, vault: vault, logs: logs)
    }

    /// The project as the endpoint of a name sees it; the main one where no name is said.
    /// - Throws: `notFound` with the names that there are.
    package func serving(endpoint name: String?) throws(MartletError) -> Project {
        guard let name, name != file.serving.endpoint else { return self }
        let plans = try endpointPlans()
        guard let plan = plans.first(where: { $0.endpoint == name }) else {
            let names = plans.map(\.endpoint)
            throw MartletError(
                .notFound, "There is no endpoint “\(name)”.\(didYouMean(name, among: names)) There are: \(names.prefix(30).joined(separator: ", ")).")
        }
        return serving(plan)
    }

    /// The project as the endpoint sees it that answers with the champion of a model; the main one where none does. An endpoint that names a version shares with nobody.
    package func serving(model: String) throws(MartletError) -> Project {
        guard model != file.serving.model, let plan = try endpointPlans().first(where: { $0.model == model && $0.selector == Project.protected })
        else { return self }
        return serving(plan)
    }

    /// The project as the endpoint sees it whose traffic a wish is about: that of the model whose versions it names.
    package func serving(_ wish: TrafficWish) throws(MartletError) -> Project {
        guard let first = wish.versions.first else { return self }
        return try serving(model: sharer(first.reference).model)
    }

    /// The version that the endpoint should serve; nil before the first promotion, and where the models of a composite are new.
    package func servedVersion() throws(MartletError) -> ModelVersion? {
        let plan = file.serving
        if plan.recipe != nil {
            return try models.version(plan.model, digest: composition(registers: false).digest, run: RunID(""))
        }
        if plan.alias != nil, try models.standing(plan.model)[plan.selector] == nil { return nil }
        return try models.version(plan.model, plan.selector)
    }

    /// Opens the endpoint's prediction log for a server, counting what a killed one had lost.
    /// - Throws: `conflict` where another server of this project runs.
    package func openLog() throws(MartletError) -> PredictionLog {
        var options = file.serving.log
        options.keep = nil  // A server lets go of old rows by itself: it knows who is held, and records it.
        options.privacy = try logPrivacy()
        let log = try PredictionLog(folder: predictionsFolder, endpoint: file.serving.endpoint, options: options, clock: clock)
        logs.add(log)
        return log
    }

    /// Registers the chain or ensemble that the endpoint's parts make now, where it is new and they fit together.
    package func prepareComposite() throws(MartletError) { _ = try composed() }

    /// Whether clients of the registry move an alias by the project's rule only: its endpoints answer with what stands there.
    package func guards(_ alias: String, of model: String) -> Bool {
        guard alias == Project.protected, !file.isTrackingOnly else { return false }
        return file.kind == .serving || model == file.model || file.beside.contains { $0.follows(alias, of: model) }
    }
}

extension EndpointPlan {
    /// Whether it answers with what stands at an alias of a model.
    fileprivate func follows(_ alias: String, of model: String) -> Bool {
        guard let recipe else { return self.model == model && selector == alias }
        return recipe.parts.contains { $0.model == model && ($0.selector ?? Project.protected) == alias }
    }
}
