internal import Foundation
package import Support

/// What was pushed to or fetched from one remote.
package struct SharedData: Sendable {
    /// The remote's name, and its address without a password.
    package var remote: String
    package var place: String
    package var report: Transfer.Report
    /// Outputs of which something could not be brought, with the reason.
    package var failed: [(output: TrackedOutput, error: MartletError)]
}

extension Repository {
    /// Brings the contents of outputs to their remotes: those that are missing there.
    /// - Parameters:
    ///   - remote: a remote's name; the output's own or the default where nil.
    ///   - jobs: how many contents go at once; what suits the remote where nil.
    /// - Returns: what was done, remote by remote. What could not be brought stands there, too.
    /// - Throws: `notFound` where there is no remote; `unavailable`, `unauthenticated`, `permissionDenied`; `cancelled`.
    package func push(
        _ outputs: [TrackedOutput], to remote: String? = nil, jobs: Int? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment, observer: WorkObserver = WorkObserver()
    ) throws(MartletError) -> [SharedData] {
        try share(outputs.filter(\.isPushed), remote, environment) { (place, layout, names) throws(MartletError) in
            try Transfer(cache, place, layout: layout, jobs: jobs, observer: observer).push(names)
        }
    }

    /// Brings the contents of outputs into the cache: those that are missing there.
    /// - Parameters: as `push`.
    package func fetch(
        _ outputs: [TrackedOutput], from remote: String? = nil, jobs: Int? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment, observer: WorkObserver = WorkObserver()
    ) throws(MartletError) -> [SharedData] {
        try share(outputs, remote, environment) { (place, layout, names) throws(MartletError) in
            try Transfer(cache, place, layout: layout, jobs: jobs, observer: observer).fetch(names)
        }
    }

    /// Which contents of outputs are on a remote and which are not.
    /// - Throws: as `push`.
    package func missing(
        _ outputs: [TrackedOutput], at remote: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(MartletError) -> [SharedData] {
        try share(outputs.filter(\.isPushed), remote, environment) { (place, layout, names) throws(MartletError) in
            try Transfer(cache, place, layout: layout).compare(names)
        }
    }

    private func share(
        _ outputs: [TrackedOutput], _ remote: String?, _ environment: [String: String],
        _ work: (any Remote, ContentStore.Layout, [ContentName]) throws(MartletError) -> Transfer.Report
    ) throws(MartletError) -> [SharedData] {
        let cached = outputs.filter { $0.isCached && $0.content != nil }
        let lock = try RepositoryLock(self, exclusive: false)
        defer { lock.release() }
        // Also where nothing is to be brought it is told that there is no remote.
        if cached.isEmpty { _ = try RemoteAddress(remote, in: config) }
        var shared: [SharedData] = []
        for (name, outputs) in Dictionary(grouping: cached, by: { remote ?? $0.remote ?? "" }).sorted(by: { $0.key < $1.key }) {
            let address = try RemoteAddress(name.isEmpty ? nil : name, in: config)
            let place = try address.open(environment: environment)
            for (layout, outputs) in Dictionary(grouping: outputs, by: \.layout).sorted(by: { $0.value.count > $1.value.count }) {
                let report = try work(place, layout, outputs.compactMap(\.content))
                shared.append(SharedData(remote: address.name, place: place.place, report: report, failed: failed(outputs, report)))
            }
        }
        return shared
    }

    private func failed(_ outputs: [TrackedOutput], _ report: Transfer.Report) -> [(output: TrackedOutput, error: MartletError)] {
        guard !report.failures.isEmpty else { return [] }
        return outputs.compactMap { output in
            guard let content = output.content else { return nil }
            // Why a file of a folder failed says more than that the folder was not sent for it.
            let files = content.isFolder ? (try? listing(content, output.layout))?.entries ?? [] : []
            let error = files.lazy.compactMap { report.failures[ContentName($0.digest)] }.first ?? report.failures[content]
            return error.map { (output, $0) }
        }
    }
}
