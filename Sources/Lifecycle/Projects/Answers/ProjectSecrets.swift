internal import Foundation
package import Secrets
package import Support

extension Project {
    /// The project's own secrets. The key is outside the folder.
    package var secrets: SealedSecrets {
        SealedSecrets(
            path: "\(stateFolder)/secrets.json", keyFile: SealedSecrets.keyFile(environment: ProcessInfo.processInfo.environment), clock: clock)
    }

    /// What stands behind `secret://` in `martlet.yaml`.
    package var secretResolver: SecretResolver {
        SecretResolver(sealed: secrets, root: root, environment: ProcessInfo.processInfo.environment, vault: vault)
    }

    /// Stores a secret, and records that somebody did; not what it is.
    package func setSecret(_ name: SecretName, to value: String) throws(MartletError) {
        try RecordedSecrets(secrets, events: events).set(name, to: value)
    }

    /// Removes a secret, and records it.
    package func removeSecret(_ name: SecretName) throws(MartletError) {
        try RecordedSecrets(secrets, events: events).remove(name)
    }
}
