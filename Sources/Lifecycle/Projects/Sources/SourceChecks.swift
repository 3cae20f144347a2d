internal import Data
internal import Ingestion
internal import Planning
internal import Support

extension Project {
    /// Whether each source is as fresh as agreed; a source without `fresh` is not judged.
    /// - Parameter only: a source's reference, such as `source:loans`; all of them where nil.
    func freshness(of only: String? = nil) throws(MartletError) -> [CheckResult] {
        let now = clock.now()
        return try file.data.sources.filter { $0.fresh != nil && (only == nil || $0.reference == only) }.map { (source) throws(MartletError) in
            let report = try report(on: source)
            return CheckResult(
                objective: source.reference, subject: source.reference, at: now, verdict: report.freshness.holds == true ? .green : .red,
                measurement: report.freshness.age.map { Measurement(value: $0) }, reason: report.freshnessSentence)
        }
    }
}
