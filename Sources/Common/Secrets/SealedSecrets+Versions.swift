package import Support

/// What a reader of a whole secret gets.
package struct SecretReading: Sendable {
    package var secret: StoredSecret
    package var version: SecretVersion
    /// The object of its values; nil where the version was deleted or destroyed.
    package var data: JSONValue?
}

/// Whole secrets in versions, as the KV engine of Vault has them.
extension SealedSecrets {
    /// The most secrets.
    package static let mostPaths = 1000
    /// How many versions are kept where nobody says, and the most that somebody can say.
    package static let usualVersions = 10
    package static let mostVersions = 100
    /// The largest object of values, as JSON, in bytes.
    package static let largestData = 512 << 10
    /// The largest file, in bytes.
    static let largestFile = 16 << 20

    /// Whether the key is there that opens what is stored; true where nothing is stored yet.
    package func canOpen() -> Bool {
        guard let file = try? load() else { return false }
        return file.secrets.allSatisfy { $0.versions.isEmpty } || hasKey(file)
    }

    /// What is known of a secret; nil where there is none.
    package func secret(_ path: SecretPath) throws(MartletError) -> StoredSecret? { try load().secrets.first { $0.path == path } }

    /// The names directly below a folder of paths, sorted; those of folders end with `/`.
    /// - Parameter folder: nil for the top.
    package func names(below folder: SecretPath?) throws(MartletError) -> [String] {
        let prefix = folder.map { "\($0)/" } ?? ""
        let rest = try load().secrets.map(\.path.description).filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
        return Set(rest.map { name in name.firstIndex(of: "/").map { String(name[...$0]) } ?? String(name) }).sorted()
    }

    /// A version of a secret with its values.
    /// - Parameter number: the newest version where it is nil or 0.
    /// - Returns: nil where there is no such secret or version.
    package func read(_ path: SecretPath, version number: Int?) throws(MartletError) -> SecretReading? {
        let file = try load()
        guard let secret = file.secrets.first(where: { $0.path == path }), let version = secret.version(number) else { return nil }
        return SecretReading(secret: secret, version: version, data: version.isReadable ? try open(version, of: path, file) : nil)
    }

    /// Writes a new version.
    /// - Parameters:
    ///   - check: the number that the current version must have; 0 where there must be none. Not looked at where it is nil.
    ///   - data: the new values, made of those of the current version (nil where it cannot be read).
    /// - Throws: `conflict` where the check fails, or is missing though the secret asks for one; `invalidInput`; `storageFull`.
    @discardableResult
    package func write(
        _ path: SecretPath, check: Int? = nil, data make: (JSONValue?) throws(MartletError) -> JSONValue
    ) throws(MartletError) -> SecretVersion {
        try change { (file) throws(MartletError) in
            let i = try SealedSecrets.place(of: path, in: &file, at: clock.now())
            let current = file.secrets[i].current
            try SealedSecrets.check(check, file.secrets[i])
            let data = try make(
                current.flatMap { $0.isReadable ? $0 : nil }.map { (version) throws(MartletError) in try open(version, of: path, file) })
            guard case .object(let members) = data, Set(members.map(\.key)).count == members.count, data.compact.utf8.count <= Self.largestData else {
                throw MartletError(
                    .invalidInput, "The values of a secret are one object of at most \(Self.largestData >> 10) KB, each key once.")
            }
            let number = (current?.number ?? 0) + 1
            let version = SecretVersion(
                number: number, created: clock.now(), keys: members.map(\.key), content: .whole(try seal(data, path, number, file)))
            file.secrets[i].versions.append(version)
            file.secrets[i].updated = version.created
            SealedSecrets.trim(&file.secrets[i])
            return version
        }
    }

    /// Takes versions out of sight, or the newest one where none is named.
    /// - Returns: those that it changed.
    @discardableResult
    package func delete(_ path: SecretPath, versions numbers: [Int]? = nil) throws(MartletError) -> [Int] {
        let now = clock.now()
        return try change(path, numbers) { if $0.deleted == nil, !$0.isDestroyed { $0.deleted = now } }
    }

    /// Brings deleted versions back.
    /// - Returns: those that it changed.
    @discardableResult
    package func undelete(_ path: SecretPath, versions numbers: [Int]) throws(MartletError) -> [Int] {
        try change(path, numbers) { if !$0.isDestroyed { $0.deleted = nil } }
    }

    /// Destroys the values of versions for good.
    /// - Returns: those that it changed.
    @discardableResult
    package func destroy(_ path: SecretPath, versions numbers: [Int]) throws(MartletError) -> [Int] {
        try change(path, numbers) { $0.content = nil }
    }

    /// Removes a secret with all versions.
    /// - Returns: whether there was one.
    @discardableResult
    package func remove(_ path: SecretPath) throws(MartletError) -> Bool {
        guard try secret(path) != nil else { return false }
        return try change { (file) throws(MartletError) in
            let count = file.secrets.count
            file.secrets.removeAll { $0.path == path }
            return file.secrets.count < count
        }
    }

    /// Sets the rules for a secret's versions; what is nil stays.
    /// - Parameter notes: an object of texts.
    /// - Throws: `invalidInput`.
    package func configure(_ path: SecretPath, maxVersions: Int?, needsCheck: Bool?, notes: JSONValue?) throws(MartletError) {
        guard maxVersions.map({ (0...Self.mostVersions).contains($0) }) ?? true else {
            throw MartletError(.invalidInput, "A secret keeps at most \(Self.mostVersions) versions; 0 stands for \(Self.usualVersions).")
        }
        guard
            notes.map({ $0.members.count <= 64 && $0.members.allSatisfy { $0.key.utf8.count <= 128 && $0.value.text?.utf8.count ?? 513 <= 512 } })
                ?? true
        else {
            throw MartletError(.invalidInput, "The words about a secret are at most 64 texts of at most 512 bytes, their keys of at most 128.")
        }
        try change { (file) throws(MartletError) in
            let i = try SealedSecrets.place(of: path, in: &file, at: clock.now())
            if let maxVersions { file.secrets[i].maxVersions = maxVersions }
            if let needsCheck { file.secrets[i].needsCheck = needsCheck }
            if let notes { file.secrets[i].notes = .object(notes.members) }
            file.secrets[i].updated = clock.now()
            SealedSecrets.trim(&file.secrets[i])
        }
    }

    // MARK: - Parts

    /// Where a secret stands in the file; a new one is added.
    private static func place(of path: SecretPath, in file: inout SecretFile, at now: Timestamp) throws(MartletError) -> Int {
        if let i = file.secrets.firstIndex(where: { $0.path == path }) { return i }
        guard file.secrets.count < mostPaths else {
            throw MartletError(.storageFull, "There are \(mostPaths) secrets, which is the most. Remove some.")
        }
        file.secrets.append(StoredSecret(path: path, created: now))
        return file.secrets.count - 1
    }

    private static func check(_ check: Int?, _ secret: StoredSecret) throws(MartletError) {
        guard let check else {
            guard secret.needsCheck else { return }
            throw MartletError(.conflict, "This secret asks for the version that is replaced: name it as “cas”.")
        }
        guard check == secret.current?.number ?? 0 else {
            throw MartletError(.conflict, "The version has changed meanwhile: it is \(secret.current?.number ?? 0), not \(check). Read it again.")
        }
    }

    /// Forgets the oldest versions beyond those that are kept.
    private static func trim(_ secret: inout StoredSecret) {
        let kept = secret.maxVersions == 0 ? usualVersions : secret.maxVersions
        secret.versions.removeFirst(max(0, secret.versions.count - kept))
    }

    private func change(_ path: SecretPath, _ numbers: [Int]?, _ edit: (inout SecretVersion) -> Void) throws(MartletError) -> [Int] {
        guard try secret(path) != nil else { return [] }
        return try change { (file) throws(MartletError) in
            guard let i = file.secrets.firstIndex(where: { $0.path == path }) else { return [] }
            let meant = numbers ?? file.secrets[i].current.map { [$0.number] } ?? []
            var changed: [Int] = []
            for j in file.secrets[i].versions.indices where meant.contains(file.secrets[i].versions[j].number) {
                let before = file.secrets[i].versions[j]
                edit(&file.secrets[i].versions[j])
                if file.secrets[i].versions[j] != before { changed.append(before.number) }
            }
            return changed
        }
    }
}
