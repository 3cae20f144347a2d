internal import CSpawn
internal import Foundation
package import Support

/// The two ends of a line between this process and another. No program inherits them, unless they are handed out.
package struct DescriptorPair: Sendable {
    /// The end that stays here; of a pipe, the one that is read.
    package var ours: Int32
    /// The end for the other process; of a pipe, the one that is written.
    package var theirs: Int32

    /// A pipe, which is read here.
    package static func pipe() throws(MartletError) -> DescriptorPair {
        try made { ends in pipe2(&ends, O_CLOEXEC) }
    }

    /// A socket, both ends of which are read and written.
    package static func socket() throws(MartletError) -> DescriptorPair {
        try made { ends in socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) }
    }

    private static func made(_ make: (inout [Int32]) -> Int32) throws(MartletError) -> DescriptorPair {
        var ends: [Int32] = [-1, -1]
        guard make(&ends) == 0 else { throw .system("open a line", "to another program") }
        return try DescriptorPair(ours: ends[0], theirs: ends[1]).raised()
    }

    /// The same ends above the descriptors that a child gets, so that none is overwritten while they are handed out.
    private func raised() throws(MartletError) -> DescriptorPair {
        let raised = DescriptorPair(ours: fcntl(ours, F_DUPFD_CLOEXEC, 10), theirs: fcntl(theirs, F_DUPFD_CLOEXEC, 10))
        let number = errno
        close()
        guard raised.ours >= 0, raised.theirs >= 0 else {
            raised.close()
            throw .system("open a line", "to another program", number: number)
        }
        return raised
    }

    package func close() {
        for end in [ours, theirs] where end >= 0 { closeDescriptor(end) }
    }
}

private func closeDescriptor(_ descriptor: Int32) { close(descriptor) }
