import HTTPTypes
import Support

/// What clients ask of the server itself.
struct SystemAnswers: Sendable {
    /// The version of the program.
    let version: String
    let isSealed: Bool
    let now: Timestamp
    let requestID: TimeOrderedID

    /// Whether it answers: 503 where the key file is not there, so that no secret opens.
    var health: VaultAnswer {
        VaultAnswer(
            status: isSealed ? .serviceUnavailable : .ok,
            body: [
                "initialized": true, "sealed": .bool(isSealed), "standby": false, "performance_standby": false,
                "replication_performance_mode": "disabled", "replication_dr_mode": "disabled", "server_time_utc": JSONValue(Int(now.seconds)),
                "version": .string(version),
            ])
    }

    var sealStatus: VaultAnswer {
        VaultAnswer(
            status: .ok,
            body: [
                "type": "keyfile", "initialized": true, "sealed": .bool(isSealed), "t": 1, "n": 1, "progress": 0, "nonce": "",
                "version": .string(version), "migration": false, "recovery_seal": false, "storage_type": "file",
            ])
    }

    var initialized: VaultAnswer { VaultAnswer(status: .ok, body: ["initialized": true]) }

    /// The one mount, as the list of all has it.
    var mounts: VaultAnswer {
        var answer = VaultAnswer(requestID, data: ["secret/": SystemAnswers.mount])
        answer.body?["secret/"] = SystemAnswers.mount
        return answer
    }

    /// The mount that a path lies in.
    var mountOfPath: VaultAnswer {
        var mount = SystemAnswers.mount
        mount["path"] = "secret/"
        return VaultAnswer(requestID, data: mount)
    }

    /// The rules of the engine, where a secret has none of its own.
    var configuration: VaultAnswer {
        VaultAnswer(requestID, data: ["cas_required": false, "delete_version_after": "0s", "max_versions": 0])
    }

    private static let mount: JSONValue = [
        "accessor": "kv", "type": "kv", "description": "the secrets of this project", "local": false, "seal_wrap": false,
        "options": ["version": "2"], "config": ["default_lease_ttl": 0, "max_lease_ttl": 0],
    ]
}
