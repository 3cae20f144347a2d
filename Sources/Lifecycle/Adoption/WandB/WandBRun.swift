import Experiments
import Support

/// What W&B's record of a run says. The numbers of fields are those of its `wandb_internal.proto`.
struct WandBRun {
    var id = ""
    var entity = ""
    var project = ""
    var name = ""
    var started: Timestamp?
    var config: [WandBItem] = []
    var tags: [KeyValue] = []

    init(_ message: WireReader) throws(MartletError) {
        var message = message
        var field = WireReader.Field()
        var words: [String] = []
        while try message.next(&field) {
            switch field.number {
            case 1: id = field.text
            case 2: entity = field.text
            case 3: project = field.text
            case 4: config = try WandBItem.items(field.reader, field: 1)
            case 6: add("group", field.text)
            case 7: add("job_type", field.text)
            case 8: name = field.text
            case 9: add("notes", field.text)
            case 10: words.append(field.text)
            case 12: add("sweep", field.text)
            case 13: add("host", field.text)
            case 17: started = try WandBRun.time(field.reader)
            case 21: try addCommit(field.reader)
            default: break
            }
        }
        add("tags", words.joined(separator: ", "))
        add("entity", entity)
        add("project", project)
    }

    private mutating func add(_ key: String, _ value: String) { if !value.isEmpty { tags.append(KeyValue("wandb.\(key)", value)) } }

    private mutating func addCommit(_ message: WireReader) throws(MartletError) {
        var message = message
        var field = WireReader.Field()
        while try message.next(&field) {
            if field.number == 1 { add("git.remote", field.text) }
            if field.number == 2 { add("git.commit", field.text) }
        }
    }

    /// A point in time of protocol buffers' own kind: seconds and nanoseconds.
    static func time(_ message: WireReader) throws(MartletError) -> Timestamp {
        var message = message
        var field = WireReader.Field()
        var (seconds, nanoseconds): (Int64, Int64) = (0, 0)
        while try message.next(&field) {
            if field.number == 1 { seconds = field.integer }
            if field.number == 2 { nanoseconds = field.integer }
        }
        return Timestamp(seconds: Double(seconds)).advanced(bySeconds: Double(nanoseconds) / 1e9)
    }
}
