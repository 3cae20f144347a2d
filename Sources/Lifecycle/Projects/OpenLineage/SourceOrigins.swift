internal import Data
internal import Foundation
package import Ingestion
package import LineageEvents
internal import Outgoing
internal import Redis
internal import Secrets
internal import Support

extension Project {
    /// The source with a name that a file of a version came from; nil for the user's own files.
    package func namedSource(of path: String) -> NamedSource? {
        guard let slash = path.firstIndex(of: "/") else { return nil }
        let (name, rest) = (path[..<slash], path[slash...].dropFirst())
        // Files of sources are named by their number first: NAME/1-rows.parquet.
        guard let dash = rest.firstIndex(of: "-"), Int(rest[..<dash]) != nil else { return nil }
        return file.data.sources.first { $0.name == name }
    }

    /// What stands behind a source, as OpenLineage names it. Where that is a secret that cannot be had now, it is the source itself.
    package func origins(of source: NamedSource) -> [DatasetName] {
        let own = [DatasetName(file.lineage.namespace, source.reference)]
        let resolver = secretResolver
        let resolve = { (text: String) -> String? in
            guard text.hasPrefix("secret://") else { return text }
            return try? resolver.resolveAndWait(text)
        }
        switch source.place {
        case .http(let place):
            guard let text = resolve(place.address), let address = try? OutgoingAddress(text) else { return own }
            return [DatasetName("\(address.scheme)://\(address.machine)", String(address.path.prefix { $0 != "?" }))]
        case .s3(let place): return [DatasetName("s3://\(place.bucket)", place.pattern)]
        case .postgres(let place):
            guard let server = resolve(place.address).flatMap(PostgreSQLPlace.init) else { return own }
            let tables = QueriedTables.names(in: place.query)
            let named = tables.map { DatasetName.postgres(host: server.host, port: server.port, database: server.database, table: $0) }
            return named.isEmpty ? own : named
        case .sqlite(let place):
            guard let path = resolve(place.address) else { return own }
            return [.file(self.path(path))]
        case .redis(let place):
            guard let server = resolve(place.address).flatMap({ try? RedisAddress($0) }) else { return own }
            return [DatasetName("redis://\(server.host):\(server.port)", place.stream)]
        case .append: return own
        }
    }
}

/// Host, port and database of an address of PostgreSQL, without what is secret in it.
struct PostgreSQLPlace: Equatable {
    var host = "localhost"
    var port = 5432
    var database = ""

    /// - Parameter address: a URI or words (`host=... dbname=...`).
    /// - Returns: nil where it names no database.
    init?(_ address: String) {
        if address.hasPrefix("postgres://") || address.hasPrefix("postgresql://") {
            guard let parts = URLComponents(string: address) else { return nil }
            if let host = parts.host, !host.isEmpty { self.host = host }
            port = parts.port ?? 5432
            database = String(parts.path.drop { $0 == "/" })
            for item in parts.queryItems ?? [] { take(item.name, item.value ?? "") }
            if database.isEmpty { database = parts.user ?? "" }
        } else {
            var user = ""
            for word in address.split(whereSeparator: \.isWhitespace) {
                let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
                guard pair.count == 2 else { continue }
                let value = pair[1].trimmingCharacters(in: CharacterSet(charactersIn: "'"))
                take(pair[0], value)
                if pair[0] == "user" { user = value }
            }
            if database.isEmpty { database = user }
        }
        if host.hasPrefix("/") { host = "localhost" }
        if database.isEmpty { return nil }
    }

    private mutating func take(_ key: String, _ value: String) {
        switch key {
        case "host", "hostaddr": host = value
        case "port": port = Int(value) ?? port
        case "dbname": database = value
        default: break
        }
    }
}
