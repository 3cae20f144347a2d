package import Events
package import Support

/// The sealed secrets with their record: every change is an event, and every value that is read over HTTP. No event holds a value.
package struct RecordedSecrets: Sendable {
    private let sealed: SealedSecrets
    private let events: EventLog

    /// - Parameter events: written to as whoever acts.
    package init(_ sealed: SealedSecrets, events: EventLog) {
        self.sealed = sealed
        self.events = events
    }

    // MARK: - Single values

    /// Stores a value beside the others of its path.
    package func set(_ name: SecretName, to value: String) throws(MartletError) {
        let version = try sealed.set(name, to: value)
        try events.record("secret.set", "secret:\(name)", ["version": JSONValue(version)])
    }

    /// Removes a value from every version.
    /// - Throws: `notFound`.
    package func remove(_ name: SecretName) throws(MartletError) {
        try sealed.remove(name)
        try events.record("secret.removed", "secret:\(name)")
    }

    // MARK: - Whole secrets

    /// What is known of a secret; nil where there is none. Reads no value.
    package func secret(_ path: SecretPath) throws(MartletError) -> StoredSecret? { try sealed.secret(path) }

    /// The names directly below a folder of paths; those of folders end with `/`.
    package func names(below folder: SecretPath?) throws(MartletError) -> [String] { try sealed.names(below: folder) }

    /// A version with its values, once that is recorded; nil where there is none.
    package func read(_ path: SecretPath, version: Int?) throws(MartletError) -> SecretReading? {
        let reading = try sealed.read(path, version: version)
        if let reading, reading.version.isReadable { try record("read", path, ["version": JSONValue(reading.version.number)]) }
        return reading
    }

    /// Writes a new version (`SealedSecrets.write`).
    package func write(
        _ path: SecretPath, check: Int?, data: (JSONValue?) throws(MartletError) -> JSONValue
    ) throws(MartletError) -> SecretVersion {
        let version = try sealed.write(path, check: check, data: data)
        try record("set", path, ["version": JSONValue(version.number)])
        return version
    }

    /// Takes versions out of sight, the newest where none is named.
    package func delete(_ path: SecretPath, versions: [Int]?) throws(MartletError) {
        try record("deleted", path, versions: try sealed.delete(path, versions: versions))
    }

    /// Brings deleted versions back.
    package func undelete(_ path: SecretPath, versions: [Int]) throws(MartletError) {
        try record("undeleted", path, versions: try sealed.undelete(path, versions: versions))
    }

    /// Destroys the values of versions for good.
    package func destroy(_ path: SecretPath, versions: [Int]) throws(MartletError) {
        try record("destroyed", path, versions: try sealed.destroy(path, versions: versions))
    }

    /// Removes a secret with all versions.
    package func remove(_ path: SecretPath) throws(MartletError) {
        if try sealed.remove(path) { try record("removed", path, .object([])) }
    }

    /// Sets the rules for a secret's versions.
    package func configure(_ path: SecretPath, maxVersions: Int?, needsCheck: Bool?, notes: JSONValue?) throws(MartletError) {
        try sealed.configure(path, maxVersions: maxVersions, needsCheck: needsCheck, notes: notes)
        try record("configured", path, .object([]))
    }

    private func record(_ what: String, _ path: SecretPath, versions: [Int]) throws(MartletError) {
        guard !versions.isEmpty else { return }
        try record(what, path, ["versions": .array(versions.map { JSONValue($0) })])
    }

    private func record(_ what: String, _ path: SecretPath, _ body: JSONValue) throws(MartletError) {
        try events.record("secret.\(what)", "secret:\(path)", body)
    }
}
