internal import NIOCore
internal import NIOPosix
internal import Support

/// The threads that read and write connections.
package enum EventLoops {
    /// Makes as many of them as there are processors for this process: more would take turns on one, and whoever waits for its turn answers late.
    /// For the beginning of a program, before the first connection.
    package static func fitToProcessors() { NIOSingletons.groupLoopCountSuggestion = Processors.available }
}
