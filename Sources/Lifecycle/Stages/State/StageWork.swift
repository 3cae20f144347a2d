package import Support
internal import Versions

/// One stage in its repository: what changed, and doing it.
package struct StageWork: Sendable {
    package let stage: Stage
    private let root: String
    private let files: any StageFiles
    private let lock: StageLock
    private let runs: RunCache

    /// - Parameters:
    ///   - root: the repository's folder, absolute.
    ///   - lock: the `dvc.lock` of the stage's file.
    ///   - runs: what stages made of which inputs.
    package init(_ stage: Stage, root: String, files: any StageFiles, lock: StageLock, runs: RunCache) {
        self.runs = runs
        self.stage = stage
        self.root = root
        self.files = files
        self.lock = lock
    }

    /// Where it works, absolute.
    package var folder: String { stage.folder.isEmpty ? root : "\(root)/\(stage.folder)" }

    // MARK: What changed

    /// Why it would run now; empty where it is up to date.
    /// - Throws: `invalidInput` where a file of parameters cannot be read; `inputOutput`.
    package func changes() throws(MartletError) -> [StageChange] {
        guard let locked = lock[stage.name] else { return [.neverRan] }
        var changes: [StageChange] = []
        if !locked.command.isSame(as: stage.command) { changes.append(.commandChanged) }
        if !stage.isFrozen {
            if stage.isCallback || stage.alwaysRuns { changes.append(.alwaysRuns) }
            changes += try dependencyChanges(locked) + parameterChanges(locked)
        }
        return changes + (try outputChanges(locked))
    }

    private func dependencyChanges(_ locked: LockedStage) throws(MartletError) -> [StageChange] {
        var changes: [StageChange] = []
        for path in stage.dependencies {
            let known = locked.dependencies.first { $0.path == path }?.version
            let now = try files.version(of: stage.path(path), known?.layout ?? .current)
            if now == nil {
                changes.append(.dependency(path, "is missing"))
            } else if known == nil {
                changes.append(.dependency(path, "is new"))
            } else if let known, let now, !known.isSame(as: now) {
                changes.append(.dependency(path, "changed"))
            }
        }
        return changes
    }

    private func parameterChanges(_ locked: LockedStage) throws(MartletError) -> [StageChange] {
        var changes: [StageChange] = []
        for wish in stage.parameters {
            guard let values = try values(wish.file) else {
                changes.append(.dependency(wish.file, "is missing"))
                continue
            }
            let known = locked.parameters.first { $0.key == wish.file }?.value
            guard let known else {
                changes.append(.dependency(wish.file, "is new"))
                continue
            }
            let keys = wish.keys.isEmpty ? (values.members + known.members).map(\.key) : wish.keys
            for (i, key) in keys.enumerated() where !keys[..<i].contains(key) {
                let now = wish.keys.isEmpty ? values.members.first { $0.key == key }?.value : ParameterFile.value(key, in: values)
                let before = known.members.first { $0.key == key }?.value
                guard let now else {
                    changes.append(.parameter(wish.file, key, "is missing"))
                    continue
                }
                if let before {
                    if !now.isSame(as: before) { changes.append(.parameter(wish.file, key, "changed from \(before.compact) to \(now.compact)")) }
                } else {
                    changes.append(.parameter(wish.file, key, "is new"))
                }
            }
        }
        return changes
    }

    private func outputChanges(_ locked: LockedStage) throws(MartletError) -> [StageChange] {
        var changes: [StageChange] = []
        for output in stage.outputs {
            guard let known = locked.outputs.first(where: { $0.path == output.path })?.version else {
                changes.append(.output(output.path, "is new"))
                continue
            }
            let now = try files.version(of: stage.path(output.path), known.layout)
            if let now {
                if !known.isSame(as: now) {
                    changes.append(.output(output.path, "changed"))
                } else if output.isCached, !files.isKept(known) {
                    changes.append(.output(output.path, "is not in the cache"))
                }
            } else {
                changes.append(.output(output.path, "is missing"))
            }
        }
        return changes
    }

    private func values(_ file: String) throws(MartletError) -> JSONValue? { try files.parameters(stage.path(file)) }

    /// What its outputs are by `dvc.lock`, as later steps read it.
    package var known: JSONValue {
        let outputs = lock[stage.name]?.value["outs"] ?? .null
        return ["outs": outputs.isNull ? .array([]) : outputs]
    }

    // MARK: Doing it

    /// What it reads, for the record of its run.
    /// - Throws: `notFound` where a dependency is missing; `invalidInput` where a parameter is.
    package func inputs() throws(MartletError) -> LockedStage {
        var inputs = LockedStage(command: stage.command)
        for path in stage.dependencies {
            guard let version = try files.version(of: stage.path(path), .current) else {
                throw MartletError(.notFound, "The stage “\(stage.name)” depends on \(path), which does not exist.", place: stage.place)
            }
            inputs.dependencies.append(LockedFile(path: path, version: version))
        }
        for wish in stage.parameters { inputs.parameters.append(JSONValue.Member(wish.file, try parameters(wish))) }
        return inputs
    }

    private func parameters(_ wish: Stage.Parameters) throws(MartletError) -> JSONValue {
        guard let values = try values(wish.file) else {
            throw MartletError(.notFound, "The stage “\(stage.name)” depends on \(wish.file), which does not exist.", place: stage.place)
        }
        if wish.keys.isEmpty { return values }
        var found: JSONValue = .object([])
        for key in wish.keys {
            guard let value = ParameterFile.value(key, in: values) else {
                throw MartletError(
                    .invalidInput, "The stage “\(stage.name)” needs the parameter “\(key)”, which \(wish.file) lacks.", place: stage.place)
            }
            found[key] = value
        }
        return found
    }

    /// Brings the outputs up to date: out of the cache, where it has them for just these inputs, else by the command.
    /// - Parameters:
    ///   - isForced: whether the command runs in any case.
    ///   - run: runs one command, and throws where it fails.
    /// - Returns: whether a command ran.
    /// - Throws: what `run` throws; `stepFailed` where an output is missing then.
    package func bring(isForced: Bool, run: (String) throws(MartletError) -> Void) throws(MartletError) -> (ran: Bool, locked: LockedStage) {
        guard !stage.isFrozen else { return (false, try save()) }
        if !isForced, let wanted = try restorable() {
            for output in wanted { try files.restore(output.version, to: stage.path(output.path)) }
            return (false, try save())
        }
        let inputs = try inputs()
        if !isForced, let entry = madeBefore(inputs) {
            for output in entry.outputs {
                guard let version = output.version else { continue }
                try files.restore(version, to: stage.path(output.path))
            }
            return (false, try save())
        }
        for output in stage.outputs {
            let path = stage.path(output.path)
            output.isPersistent ? try files.unprotect(path) : try files.remove(path)
        }
        for command in stage.commands { try run(command) }
        return (true, try save())
    }

    /// Whether what it makes depends on its inputs alone, as DVC decides it.
    private var isRepeatable: Bool {
        !stage.alwaysRuns && !stage.outputs.isEmpty && !(stage.dependencies.isEmpty && stage.parameters.isEmpty)
            && stage.outputs.allSatisfy { !$0.isPersistent }
    }

    /// What it made of the same inputs once, where the cache still has all of it.
    private func madeBefore(_ inputs: LockedStage) -> LockedStage? {
        guard isRepeatable, let entry = runs.entry(inputs, outputs: stage.outputs.map(\.path)) else { return nil }
        return entry.outputs.allSatisfy { $0.version.map(files.isKept) ?? false } ? entry : nil
    }

    /// The outputs that differ from what `dvc.lock` tells, where nothing else changed and the cache has them all.
    private func restorable() throws(MartletError) -> [(path: String, version: FileVersion)]? {
        guard let locked = lock[stage.name], locked.command.isSame(as: stage.command), !stage.isCallback, !stage.alwaysRuns,
            try dependencyChanges(locked).isEmpty, try parameterChanges(locked).isEmpty
        else { return nil }
        var wanted: [(path: String, version: FileVersion)] = []
        for output in stage.outputs {
            guard let known = locked.outputs.first(where: { $0.path == output.path })?.version else { return nil }
            let isThere = try files.version(of: stage.path(output.path), known.layout).map(known.isSame) ?? false
            if isThere { continue }
            guard output.isCached, files.isKept(known) else { return nil }
            wanted.append((output.path, known))
        }
        return wanted
    }

    /// Keeps what the stage reads and wrote in `dvc.lock`, and its outputs in the cache.
    private func save() throws(MartletError) -> LockedStage {
        var locked = try inputs()
        for output in stage.outputs {
            let path = stage.path(output.path)
            let version = output.isCached ? try kept(path) : try files.version(of: path, .current)
            guard let version else {
                throw MartletError(
                    .stepFailed, "The stage “\(stage.name)” ended well but did not write \(output.path).", place: stage.place)
            }
            locked.outputs.append(LockedFile(path: output.path, version: version))
        }
        if isRepeatable, stage.outputs.allSatisfy({ $0.isCached || $0.kind != .out }) {
            for output in stage.outputs where !output.isCached { _ = try files.keep(stage.path(output.path), links: false) }
            try runs.keep(locked)
        }
        try lock.keep(locked, of: stage.name)
        return locked
    }

    private func kept(_ path: String) throws(MartletError) -> FileVersion? {
        do {
            let version = try files.keep(path, links: true)
            try files.ignore(path)
            return version
        } catch  where error.code == .notFound { return nil }
    }
}
