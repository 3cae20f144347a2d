internal import Objects
package import Support

/// Gives what stands behind a reference, at the moment of use. No value is kept; of Vault, only the token that it is read with.
package struct SecretResolver: Sendable {
    private let sealed: SealedSecrets
    /// What relative paths of files are relative to.
    private let root: String
    private let environment: [String: String]
    private let vault: VaultSession

    /// - Parameter vault: where the token for Vault is held.
    package init(sealed: SealedSecrets, root: String, environment: [String: String], vault: VaultSession) {
        self.vault = vault
        self.sealed = sealed
        self.root = root
        self.environment = environment
    }

    /// The text itself where it is no reference, otherwise what it stands for.
    /// - Throws: errors that name the reference, never the value: `notFound`, `permissionDenied`, `corrupted`, `unavailable`, `invalidInput`.
    package func resolve(_ text: String) async throws(MartletError) -> String {
        guard SecretReference.isReference(text) else { return text }
        switch try SecretReference(text) {
        case .sealed(let name): return try sealed.value(name)
        case .environment(let name):
            guard let value = environment[name], !value.isEmpty else {
                throw MartletError(.notFound, "\(text) is not set. Export \(name) where Martlet is started.")
            }
            return value
        case .file(let path): return try read(path, text)
        case .vault(let mount, let path, let key, let version):
            return try await VaultClient(environment: environment, session: vault).read(mount: mount, path: path, key: key, version: version)
        }
    }

    private func read(_ path: String, _ reference: String) throws(MartletError) -> String {
        let bytes = try readWhole(path.hasPrefix("/") ? path : "\(root)/\(path)")
        guard bytes.count <= SealedSecrets.longest, var text = String(validating: bytes, as: UTF8.self) else {
            throw MartletError(.invalidInput, "\(reference) is not a short text.")
        }
        while text.hasSuffix("\n") || text.hasSuffix("\r\n") { text.removeLast() }
        guard !text.isEmpty else { throw MartletError(.notFound, "\(reference) is empty.") }
        return text
    }
}
