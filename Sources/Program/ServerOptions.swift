import ArgumentParser
import Foundation
import Support

/// Options of commands that also work through a server.
struct ServerOptions: ParsableArguments {
    @Option(help: "A server's address, to work on its project instead of a folder; also MARTLET_URL. MARTLET_TOKEN says who asks.")
    var url: String?

    /// The server that is to answer; nil where the work is on a folder.
    func server() throws(MartletError) -> CommandServer? {
        let environment = ProcessInfo.processInfo.environment
        guard let address = url ?? environment["MARTLET_URL"], !address.isEmpty else { return nil }
        return try CommandServer(address, token: environment["MARTLET_TOKEN"])
    }
}
