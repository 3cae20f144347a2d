internal import S3
internal import Support

/// What requests to an object store are signed with, found as Amazon's own clients find it: in the remote's settings, in the environment, in the files of
/// the user's profiles.
struct S3Settings {
    var keys: S3Keys?
    var region: String
    var endpoint: String?

    private static let usualRegion = "us-east-1"

    /// - Throws: `invalidInput` where there is no key, and none was said to be needed.
    init(_ address: RemoteAddress, environment: [String: String]) throws(MartletError) {
        let home = environment["HOME"] ?? ""
        let profile = address["profile"] ?? environment["AWS_PROFILE"] ?? "default"
        let credentials = S3Settings.section(
            profile, in: address["credentialpath"] ?? environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "\(home)/.aws/credentials")
        let settings = S3Settings.section(
            profile == "default" ? profile : "profile \(profile)",
            in: address["configpath"] ?? environment["AWS_CONFIG_FILE"] ?? "\(home)/.aws/config")
        region =
            address["region"] ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? settings["region"] ?? S3Settings.usualRegion
        endpoint = address["endpointurl"] ?? environment["AWS_ENDPOINT_URL_S3"] ?? environment["AWS_ENDPOINT_URL"] ?? settings["endpoint_url"]
        if address.flag("allow_anonymous_login") == true { return }
        let own = S3Settings.keys(address["access_key_id"], address["secret_access_key"], address["session_token"])
        let named = S3Settings.keys(
            credentials["aws_access_key_id"] ?? settings["aws_access_key_id"],
            credentials["aws_secret_access_key"] ?? settings["aws_secret_access_key"],
            credentials["aws_session_token"] ?? settings["aws_session_token"])
        let given = S3Settings.keys(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"], environment["AWS_SESSION_TOKEN"])
        // A profile that the remote names is meant, whatever the environment says.
        keys = own ?? (address["profile"] == nil ? given ?? named : named ?? given)
        guard keys != nil else {
            throw MartletError(
                .invalidInput,
                "There are no keys for \(address.url.text). Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or access_key_id and secret_access_key with “martlet data remote modify --local \(address.name)”; for a public bucket allow_anonymous_login."
            )
        }
    }

    private static func keys(_ id: String?, _ secret: String?, _ token: String?) -> S3Keys? {
        guard let id, let secret, !id.isEmpty, !secret.isEmpty else { return nil }
        return S3Keys(id: id, secret: secret, token: token.flatMap { $0.isEmpty ? nil : $0 })
    }

    /// The values of a section of one of Amazon's files; none where there is no such file.
    private static func section(_ name: String, in path: String) -> [String: String] {
        guard let bytes = try? FileBytes.read(path, limit: 1 << 20) else { return [:] }
        var values: [String: String] = [:]
        var isInside = false
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let text = line.drop(while: \.isWhitespace)
            if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
                isInside = text[text.index(after: text.startIndex)..<end].split(whereSeparator: \.isWhitespace).joined(separator: " ") == name
            } else if isInside, text == line, !text.hasPrefix("#"), let equals = text.firstIndex(of: "=") {
                let key = text[..<equals].split(whereSeparator: \.isWhitespace).joined()
                values[key] = text[text.index(after: equals)...].split(whereSeparator: \.isWhitespace).joined(separator: " ")
            }
        }
        return values
    }
}
