import Database
import Experiments
import Support

/// One pass over a store.
struct AdoptionPass {
    let adopter: Adopter
    let store: any ForeignStore
    var report = AdoptionReport()
    /// The number here of each of the store's experiments that was needed so far.
    private var numbers: [Int: Int] = [:]
    private var foreign: [ForeignExperiment] = []

    init(adopter: Adopter, store: any ForeignStore) {
        self.adopter = adopter
        self.store = store
    }

    /// What is here of a run that a store has.
    private enum Standing {
        case absent
        case known(TrackedRun, cursor: String)
        case taken
    }

    // MARK: - Passing

    mutating func run() throws(MartletError) {
        foreign = try store.experiments()
        for i in foreign.indices { _ = try number(of: i) }
        try store.eachRun { (run) throws(MartletError) in try adopt(run) }
        try store.eachLoggedModel { (model) throws(MartletError) in try adopt(model) }
        try deleteExperiments()
        for model in try store.registeredModels() { try adopt(model) }
    }

    mutating func rehearse() throws(MartletError) {
        foreign = try store.experiments()
        for experiment in foreign where try find(experiment.name) == nil { report.experiments += 1 }
        try store.eachRun { (run) throws(MartletError) in
            switch try standing(of: run) {
            case .absent: report.added += 1
            case .taken: clash(run)
            case .known(_, let cursor): if try store.isRead(run, upTo: cursor) { report.unchanged += 1 } else { report.continued += 1 }
            }
        }
    }

    private mutating func adopt(_ run: ForeignRun) throws(MartletError) {
        try stopWhereAsked()
        switch try standing(of: run) {
        case .taken: clash(run)
        case .absent:
            let tracked = try begin(run)
            report.added += 1
            try read(run, into: tracked, from: "")
        case .known(let tracked, let cursor):
            guard try !store.isRead(run, upTo: cursor) else {
                report.unchanged += 1
                return
            }
            report.continued += 1
            try read(run, into: tracked, from: cursor)
        }
    }

    private func stopWhereAsked() throws(MartletError) {
        if adopter.observer.isCancelled { throw MartletError(.cancelled, "Stopped.") }
    }

    private mutating func clash(_ run: ForeignRun) {
        if report.clashes.count < AdoptionReport.most { report.clashes.append(run.id.rawValue) }
    }

    private func standing(of run: ForeignRun) throws(MartletError) -> Standing {
        let origin = store.origin(of: run)
        return try adopter.database.read { session in
            guard let tracked = try RunReader.run(run.id, in: session) else { return .absent }
            guard try RunReader.tag(Adopter.originTag, of: tracked, in: session) == origin else { return .taken }
            return .known(tracked, cursor: try RunReader.tag(Adopter.cursorTag, of: tracked, in: session) ?? "")
        }
    }

    // MARK: - Runs

    private mutating func begin(_ run: ForeignRun) throws(MartletError) -> TrackedRun {
        let draft = RunDraft(
            id: run.id, experiment: try number(of: run.experiment), name: run.name, parent: run.parent, started: run.started, claimedUser: run.user)
        let tags = [KeyValue(Adopter.originTag, store.origin(of: run)), KeyValue(Adopter.cursorTag, "")]
        return try adopter.database.write { try adopter.log.begin(draft, tags: tags, in: $0) }
    }

    private mutating func read(_ run: ForeignRun, into tracked: TrackedRun, from start: String) throws(MartletError) {
        var tracked = tracked
        var cursor = start
        try store.read(run, after: start) { (batch) throws(MartletError) in
            try stopWhereAsked()
            let kept = try BatchKeeper(adopter: adopter, store: store).keep(batch, in: &tracked, after: cursor)
            cursor = batch.cursor
            report.points += kept.points
            report.files += batch.files.count
            for parameter in kept.changed where report.changedParameters.count < AdoptionReport.most {
                report.changedParameters.append("\(run.id): \(parameter)")
            }
            adopter.observer.reached(run.name, runs: report.added + report.continued, points: report.points)
        }
    }

    private mutating func adopt(_ model: ForeignLoggedModel) throws(MartletError) {
        try stopWhereAsked()
        let outcome = try LoggedModelKeeper(adopter: adopter, store: store).keep(model, in: try number(of: model.experiment))
        if outcome == .taken, report.clashes.count < AdoptionReport.most { report.clashes.append(model.id) }
        guard outcome == .kept else { return }
        report.models += 1
        report.files += model.files.count
    }

    private mutating func adopt(_ model: ForeignModel) throws(MartletError) {
        try stopWhereAsked()
        guard !model.name.contains("/"), !model.name.contains(":"), !model.name.utf8.contains(0), !model.name.isEmpty else {
            report.leftOut["registered models whose name no model has here", default: 0] += 1
            return
        }
        let kept = try RegistryKeeper(adopter: adopter).keep(model)
        report.versions += kept.versions
        report.registered += kept.changed ? 1 : 0
        if kept.guarded > 0 { report.leftOut["aliases that only a gate moves", default: 0] += kept.guarded }
        for clash in (kept.isTaken ? ["model:\(model.name)"] : kept.clashes) where report.clashes.count < AdoptionReport.most {
            report.clashes.append(clash)
        }
    }

    // MARK: - Experiments

    private func find(_ name: String) throws(MartletError) -> Int? {
        try adopter.database.read { session in
            try session.row(
                "SELECT id FROM experiment WHERE name IN (?, ?) AND origin = '' ORDER BY name = ? DESC LIMIT 1",
                [SQLValue(name), SQLValue(AdoptionPass.other(name)), SQLValue(name)])?.int("id")
        }
    }

    /// What an experiment is called here whose name the project's own pipeline has.
    private static func other(_ name: String) -> String { "\(name) (adopted)" }

    /// The number here of one of the store's experiments, which is made where it is missing.
    private mutating func number(of place: Int) throws(MartletError) -> Int {
        if let number = numbers[place] { return number }
        guard foreign.indices.contains(place) else { throw MartletError(.defect, "A run names an experiment that its store does not have.") }
        let experiment = foreign[place]
        if let number = try find(experiment.name) {
            numbers[place] = number
            return number
        }
        let made = try adopter.database.write { session in
            let isTaken = try session.row("SELECT 1 FROM experiment WHERE name = ?", [SQLValue(experiment.name)]) != nil
            return try adopter.experiments.create(
                isTaken ? AdoptionPass.other(experiment.name) : experiment.name, tags: experiment.tags, number: experiment.number,
                created: experiment.created, in: session)
        }
        report.experiments += 1
        numbers[place] = made.id
        return made.id
    }

    /// Deletes here what is deleted there, once: who restores it here keeps it.
    private func deleteExperiments() throws(MartletError) {
        for (place, experiment) in foreign.enumerated() where experiment.isDeleted {
            guard let number = numbers[place] else { continue }
            try adopter.database.write { session in
                guard let found = try adopter.experiments.experiment(number, in: session), found.deleted == nil,
                    !found.tags.contains(where: { $0.key == Adopter.originTag })
                else { return }
                try adopter.experiments.set(KeyValue(Adopter.originTag, "deleted"), on: number, in: session)
                try adopter.experiments.delete(found, in: session)
            }
        }
    }
}
