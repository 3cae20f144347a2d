internal import Foundation
internal import Outgoing
package import Support

/// A remote as the settings of a repository describe it, in DVC's words.
package struct RemoteAddress: Sendable {
    package let name: String
    /// Its settings, by key, with `url` resolved where it leans on another remote (`remote://NAME/path`).
    package let settings: [String: RepositoryConfig.Value]
    package let url: RepositoryConfig.Value

    /// The remote of a name, or the one that is meant where none is named.
    /// - Throws: `notFound` where there is none; `invalidInput` for one without an address.
    package init(_ name: String?, in config: RepositoryConfig) throws(MartletError) {
        guard let name = name ?? config.defaultRemote else {
            throw MartletError(
                .notFound,
                "No remote is set, so there is nowhere to bring the data. Add one: martlet data remote add NAME ADDRESS (a folder, s3://, ssh:// or https://)."
            )
        }
        try self.init(name, in: config, depth: 0)
    }

    private init(_ name: String, in config: RepositoryConfig, depth: Int) throws(MartletError) {
        guard let settings = config.remote(name) else {
            throw MartletError(
                .notFound,
                "There is no remote “\(name)”.\(didYouMean(name, among: config.remoteNames)) “martlet data remote list” shows those that are.")
        }
        guard let url = settings["url"], depth < 8 else { throw MartletError(.invalidInput, "The remote “\(name)” has no address (url) of its own.") }
        self.name = name
        guard url.text.hasPrefix("remote://") else {
            (self.settings, self.url) = (settings, url)
            return
        }
        let parts = url.text.dropFirst(9).split(separator: "/", maxSplits: 1)
        let base = try RemoteAddress(parts.first.map(String.init) ?? "", in: config, depth: depth + 1)
        var joined = base.url
        if parts.count > 1 { joined.text += "/\(parts[1])" }
        self.settings = base.settings.merging(settings) { $1 }
        self.url = joined
    }

    /// A setting as text; nil where it is not there or empty.
    package subscript(_ key: String) -> String? { settings[key].flatMap { $0.text.isEmpty ? nil : $0.text } }

    func flag(_ key: String) -> Bool? { self[key].map { ["true", "yes", "on", "1"].contains($0.lowercased()) } }

    /// Before `://`; nil for a folder.
    package var scheme: String? { url.text.firstRange(of: "://").map { url.text[..<$0.lowerBound].lowercased() } }

    /// Connects to it.
    /// - Parameter environment: where keys and profiles of object stores are found.
    /// - Throws: `invalidInput` for settings that do not fit, `unavailable`.
    package func open(environment: [String: String]) throws(MartletError) -> any Remote {
        if flag("version_aware") == true || flag("worktree") == true {
            throw MartletError(.invalidInput, "The remote “\(name)” keeps versions in the cloud's own way (version_aware), which only “dvc” reads.")
        }
        switch scheme {
        case nil: return DiskRemote(root: url.path)
        case "file": return DiskRemote(root: String(url.text.dropFirst(7)))
        case "http", "https": return try HTTPRemote(try httpSettings())
        case "s3":
            let settings = try S3Settings(self, environment: environment)
            return try S3Remote(url: url.text, endpoint: settings.endpoint, region: settings.region, keys: settings.keys, trust: trust)
        case "ssh":
            var settings = try SSHSettings(url: url.text)
            settings.user = self["user"] ?? settings.user
            settings.port = self["port"].flatMap { Int($0) } ?? settings.port
            settings.keyFile = self["keyfile"]
            if let command = environment["MARTLET_SSH"] { settings.program = command.split(separator: " ").map(String.init) }
            return SSHRemote(settings)
        case let scheme?:
            throw MartletError(
                .invalidInput,
                "Remotes at \(scheme):// are not reached by this program. It reaches folders, s3://, ssh:// and https://; “dvc push” reaches the others from the same repository."
            )
        }
    }

    private func httpSettings() throws(MartletError) -> HTTPRemoteSettings {
        var settings = HTTPRemoteSettings(url: url.text)
        settings.method = self["method"]?.uppercased() ?? "POST"
        settings.trust = trust
        switch self["auth"]?.lowercased() {
        case nil: break
        case "basic":
            settings.identity = .basic(user: self["user"] ?? "", password: try password())
        case "custom":
            guard let field = self["custom_auth_header"] else {
                throw MartletError(.invalidInput, "The remote “\(name)” has auth = custom without custom_auth_header. Set it, as to Authorization.")
            }
            settings.identity = .header(name: field, value: try password())
        case let other?:
            throw MartletError(.invalidInput, "The remote “\(name)” asks for auth = \(other). There are basic and custom.")
        }
        return settings
    }

    /// `ssl_verify`: true, false, or a file of certificates.
    private var trust: OutgoingConnections.Trust {
        guard let text = self["ssl_verify"], flag("ssl_verify") != true else { return .system }
        return ["false", "no", "off", "0"].contains(text.lowercased()) ? .nobody : .file(text)
    }

    private func password() throws(MartletError) -> String {
        guard let password = self["password"] else {
            throw MartletError(
                .invalidInput, "The remote “\(name)” has no password. Set it for this clone: martlet data remote modify --local \(name) password …")
        }
        return password
    }
}

extension RelativePaths {
    /// The way from one absolute folder to another place, as settings keep it, so that a repository can be moved together with it.
    package static func way(from folder: String, to target: String) -> String {
        let (start, end) = (folder.split(separator: "/"), target.split(separator: "/"))
        let shared = zip(start, end).prefix { $0 == $1 }.count
        let names = Array(repeating: "..", count: start.count - shared) + end.dropFirst(shared).map(String.init)
        return names.isEmpty ? "." : names.joined(separator: "/")
    }
}
