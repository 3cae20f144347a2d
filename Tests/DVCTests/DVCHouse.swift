import Access
import DVC
import Foundation
import HTTP
import HTTPTestSupport
import Support
import Synchronization
import TestSupport
import Versions

/// The remote over a store of its own, with somebody who may push and somebody who may only read.
final class DVCHouse: Sendable {
    let folder: TemporaryFolder
    let house: GuardedHouse
    /// Empty where nobody is registered.
    let writer: String
    let reader: String
    let pushed = Mutex<[PushedFolder]>([])

    /// - Parameter registers: whether anybody is known.
    init(registers: Bool = false) throws {
        folder = try TemporaryFolder()
        house = try GuardedHouse()
        guard registers else {
            (writer, reader) = ("", "")
            return
        }
        for (name, role) in [("wanda", "owner"), ("vera", "viewer")] {
            try house.principals.add(PrincipalID(name), kind: .user, name: nil, role: role, password: nil)
        }
        writer = try house.tokens.issue("w", for: "wanda", scopes: nil, lifetime: nil)
        reader = try house.tokens.issue("r", for: "vera", scopes: nil, lifetime: nil)
    }

    var store: ContentStore { ContentStore(root: folder.path("kept")) }

    /// Serves it; each call is a server that has just started.
    func serve(_ use: @escaping @Sendable (Int) async throws -> Void) async throws {
        let store = ServedStore(store: store)
        try await house.serve(routes: { [self] router in
            addDVC(to: router, store: store, pool: WorkPool(width: 4)) { (folder, _) throws(MartletError) in
                self.pushed.withLock { $0.append(folder) }
            }
        }) { port in try await use(port) }
    }

    /// How many files the folders have that were pushed.
    var pushedFolders: [Int] { pushed.withLock { $0.map(\.files) } }

    /// How many files are kept or on their way.
    func filesNow() throws -> Int { FileManager.default.fileExists(atPath: store.root) ? try folder.files(under: "kept").count : 0 }

    /// The names that are kept, as text, sorted.
    func kept(_ layout: ContentStore.Layout = .current) -> [String] { store.names(layout).map(\.description).sorted() }
}

/// Asks a server for something.
func ask(
    _ method: String, _ path: String, port: Int, _ body: [UInt8]? = nil, _ fields: [String: String] = [:]
) async throws -> Wire.Response { try await Wire.request(method, path, port: port, body: body, fields: fields) }
