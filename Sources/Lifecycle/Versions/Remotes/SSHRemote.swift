internal import Foundation
internal import Processes
package import Support
internal import Synchronization

/// A folder of another machine as a remote, reached by the `ssh` program: a shell, `tar`, `mv` and `chmod` are all that the machine needs. Many contents go
/// in one call; they arrive in a folder of their own, and are moved to their names when all of the call has come.
package struct SSHRemote: BulkRemote {
    private let settings: SSHSettings

    package init(_ settings: SSHSettings) { self.settings = settings }

    package var place: String {
        "ssh://\(settings.user.map { "\($0)@" } ?? "")\(settings.host)\(settings.port.map { ":\($0)" } ?? "")\(settings.folder)"
    }
    package var width: Int { 4 }

    package func takesBulk() throws(MartletError) -> Bool { true }

    /// Where contents lie on the other machine.
    private func folder(_ layout: ContentStore.Layout) -> String {
        SSHSettings.quoted(layout == .current ? "\(settings.folder)/files/md5" : settings.folder)
    }

    private func run(_ script: String) throws(MartletError) -> SSHCall { try SSHCall(settings.call(script), place: place) }

    package func present(_ names: [ContentName], _ layout: ContentStore.Layout) throws(MartletError) -> Set<ContentName> {
        guard !names.isEmpty else { return [] }
        // The names that are there come back.
        let call = try run(
            "cd \(folder(layout)) 2>/dev/null || { cat >/dev/null; exit 0; }; while read -r n; do [ -f \"$n\" ] && echo \"$n\"; done; exit 0")
        let found = SaidText()
        try call.exchange(take: found.add) { () throws(MartletError) in try call.give(names.flatMap { Array("\($0.path)\n".utf8) }) }
        return Set(found.all.split(separator: 0x0A).compactMap { ContentName(checking: String(decoding: $0.filter { $0 != 0x2F }, as: UTF8.self)) })
    }

    // MARK: - Sending

    package func upload(
        _ name: ContentName, _ layout: ContentStore.Layout, from path: String, progress: @Sendable (Int) -> Void
    ) throws(MartletError) {
        let size = try FileStamp(of: path).size
        try send(layout) { (call) throws(MartletError) in
            try call.give(TarHead(name: name.path, size: size).bytes)
            try CheckedCopy.read(path, name, layout) { (bytes) throws(MartletError) in
                try call.give(Array(bytes))
                progress(bytes.count)
            }
            try call.give([UInt8](repeating: 0, count: TarHead.padding(size)))
        }
    }

    package func uploadMany(
        _ names: [ContentName], _ layout: ContentStore.Layout, from store: ContentStore, sent: @Sendable (ContentName, Int) -> Void
    ) throws(MartletError) -> [ContentName: MartletError] {
        var failures: [ContentName: MartletError] = [:]
        var sizes: [(ContentName, Int)] = []
        try send(layout) { (call) throws(MartletError) in
            for name in names {
                do throws(MartletError) {
                    let bytes = try store.checkedBytes(name, layout)
                    sizes.append((name, bytes.count))
                    try call.give(
                        TarHead(name: name.path, size: bytes.count).bytes + bytes + [UInt8](repeating: 0, count: TarHead.padding(bytes.count)))
                } catch {
                    guard error.code != .unavailable else { throw error }
                    failures[name] = error
                }
            }
        }
        for (name, size) in sizes { sent(name, size) }
        return failures
    }

    /// Sends an archive, whose files are moved to their names when it has come to its end.
    private func send(
        _ layout: ContentStore.Layout, _ feed: (SSHCall) throws(MartletError) -> Void
    ) throws(MartletError) {
        let script = """
            set -e; umask 022; mkdir -p \(folder(layout)); cd \(folder(layout)); t=.martlet.$$.\(UInt32.random(in: 0 ... .max)); mkdir "$t"
            trap 'rm -rf "$t"' EXIT; trap 'exit 1' HUP INT TERM
            tar -xf - -C "$t" -m -o; [ -f "$t/whole" ]; rm "$t/whole"
            for d in "$t"/*; do [ -d "$d" ] || continue; p=${d##*/}; mkdir -p "$p"; chmod 444 "$d"/*; mv -f "$d"/* "$p/"; done; echo done
            """
        let call = try run(script)
        let said = SaidText()
        try call.exchange(take: said.add) { () throws(MartletError) in
            try feed(call)
            // Without this last file the archive was cut off.
            try call.give(TarHead(name: "whole", size: 0).bytes + TarHead.end)
        }
        guard String(decoding: said.all, as: UTF8.self).contains("done") else {
            throw MartletError(.unavailable, "\(place) did not take the contents. \(call.errors)")
        }
    }

    // MARK: - Fetching

    package func download(
        _ name: ContentName, _ layout: ContentStore.Layout, into path: String, progress: @escaping @Sendable (Int) -> Void
    ) throws(MartletError) {
        let call = try run("cd \(folder(layout)) 2>/dev/null && [ -f \(name.path) ] && echo there && exec cat \(name.path); exit 0")
        let answer = FileAnswer(try CheckedFile(path, layout), progress)
        try call.exchange(take: answer.take)
        guard try answer.isThere() else { throw MartletError(.notFound, "\(name) is not at \(place).") }
        try answer.file.finish(name, from: place)
    }

    package func downloadMany(
        _ names: [ContentName], _ layout: ContentStore.Layout, into store: ContentStore, came: @escaping @Sendable (ContentName, Int) -> Void
    ) throws(MartletError) -> [ContentName: MartletError] {
        guard !names.isEmpty else { return [:] }
        // What is not there is left out of the archive, and told by that.
        let call = try run(
            "cd \(folder(layout)) 2>/dev/null || { cat >/dev/null; exit 0; }; while read -r n; do [ -f \"$n\" ] && echo \"$n\"; done | tar -cf - -T -"
        )
        let intake = TarIntake(FrameIntake(store, layout, asked: Set(names), place: place, came: came))
        try call.exchange(take: intake.take) { () throws(MartletError) in try call.give(names.flatMap { Array("\($0.path)\n".utf8) }) }
        return try intake.finish()
    }
}

/// The answer to a question for one file: the word `there`, then its bytes; or nothing.
private final class FileAnswer: Sendable {
    let file: CheckedFile
    private let progress: @Sendable (Int) -> Void
    private let state = Mutex((head: [UInt8](), failure: MartletError?.none))

    init(_ file: CheckedFile, _ progress: @escaping @Sendable (Int) -> Void) {
        self.file = file
        self.progress = progress
    }

    func take(_ part: ArraySlice<UInt8>) {
        let (rest, hasFailed) = state.withLock { state in
            let head = part.prefix(6 - state.head.count)
            state.head += head
            return (part.dropFirst(head.count), state.failure != nil)
        }
        guard !rest.isEmpty, !hasFailed else { return }
        do throws(MartletError) {
            let outcome: Result<Void, MartletError> = rest.withUnsafeBytes { bytes in
                do throws(MartletError) { return .success(try file.write(bytes)) } catch { return .failure(error) }
            }
            try outcome.get()
            progress(rest.count)
        } catch { state.withLock { $0.failure = error } }
    }

    /// - Throws: `storageFull`, `inputOutput` where it could not be written.
    func isThere() throws(MartletError) -> Bool {
        let (head, failure) = state.withLock { $0 }
        if let failure { throw failure }
        return head.elementsEqual("there\n".utf8)
    }
}

/// Takes an archive of contents in.
private final class TarIntake: Sendable {
    private let intake: FrameIntake
    private let state = Mutex((reader: TarReader(), failure: MartletError?.none))

    init(_ intake: FrameIntake) { self.intake = intake }

    func take(_ part: ArraySlice<UInt8>) {
        state.withLock { state in
            guard state.failure == nil else { return }
            var reader = state.reader
            do throws(MartletError) { try reader.read(part, into: intake) } catch { state.failure = error }
            state.reader = reader
        }
    }

    /// - Returns: those that did not come, and why.
    func finish() throws(MartletError) -> [ContentName: MartletError] {
        if let failure = state.withLock({ $0.failure }) { throw failure }
        try intake.read(ContentFrames.end)
        return try intake.finish()
    }
}
