package import Experiments
package import Support

/// An experiment of another tool.
package struct ForeignExperiment: Sendable, Equatable {
    /// The number that it has there, which it keeps where nobody has it here.
    package var number: Int?
    package var name: String
    package var created: Timestamp?
    package var isDeleted: Bool
    package var tags: [KeyValue]

    package init(number: Int? = nil, name: String, created: Timestamp? = nil, isDeleted: Bool = false, tags: [KeyValue] = []) {
        self.number = number
        self.name = name
        self.created = created
        self.isDeleted = isDeleted
        self.tags = tags
    }
}

/// A run of another tool: what is known of it before its content is read.
package struct ForeignRun: Sendable {
    package var id: RunID
    /// Where its content is found, in the words of its store.
    package var place: String
    /// The number of its experiment among those of the store.
    package var experiment: Int
    package var name: String
    package var parent: RunID?
    package var status: Run.Status
    package var started: Timestamp
    package var ended: Timestamp?
    package var isDeleted = false
    package var user = ""
}

/// What is read of a run in one go, and kept together or not at all.
package struct ForeignBatch: Sendable {
    package var points: [MetricPoint] = []
    package var parameters: [KeyValue] = []
    package var tags: [KeyValue] = []
    package var inputs: [DatasetInput] = []
    package var models: [ModelLink] = []
    package var files: [ForeignFile] = []
    /// What is known of the run itself by now; what is nil stays.
    package var status: Run.Status?
    package var ended: Timestamp?
    package var name: String?
    /// Whether the run is deleted there.
    package var deletes = false
    /// The run was started again at a step: what was measured at this step or a later one is no longer so.
    package var restartedAt: Int64?
    /// From where reading goes on behind this batch, in the words of the store.
    package var cursor = ""

    /// About how many bytes it takes in memory.
    var weight: Int { points.count * 96 + files.reduce(0) { $0 + $1.weight } }
}

/// A file that becomes an artifact of the run.
package struct ForeignFile: Sendable {
    package enum Content: Sendable {
        /// A file of this machine.
        case file(String)
        case bytes([UInt8])
        /// Lines that come behind those that the artifact holds.
        case lines(String)
        /// What lies at an address, asked for with these headers.
        case address(String)
    }

    /// Its path below the folder of the run's artifacts.
    package var path: String
    package var content: Content

    package init(_ path: String, _ content: Content) {
        self.path = path
        self.content = content
    }

    var weight: Int {
        switch content {
        case .bytes(let bytes): bytes.count
        case .lines(let text): text.utf8.count
        case .file, .address: 200
        }
    }
}

/// A model that a run of another tool has logged.
package struct ForeignLoggedModel: Sendable {
    package var id: String
    /// The number of its experiment among those of the store.
    package var experiment: Int
    package var name: String
    package var run: RunID?
    package var type: String
    package var status: LoggedModel.Status
    package var message = ""
    package var created: Timestamp?
    package var isDeleted = false
    package var parameters: [KeyValue] = []
    package var tags: [KeyValue] = []
    package var files: [ForeignFile] = []
    /// A text that is another one once anything of it has changed.
    package var mark = ""
}
