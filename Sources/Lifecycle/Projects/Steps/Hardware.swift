internal import Foundation

/// What this machine offers.
enum Hardware {
    static var cores: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
}
