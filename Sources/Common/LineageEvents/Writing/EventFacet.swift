package import Support

/// A part of an event with a schema of its own.
package struct EventFacet: Sendable {
    /// The key that it stands under.
    package var key: String
    /// Version and name of its schema: `1-0-1/ErrorMessageRunFacet`.
    package var schema: String
    package var body: JSONValue

    init(_ key: String, _ schema: String, _ body: JSONValue) {
        self.key = key
        self.schema = schema
        self.body = body
    }

    /// The facets as an object; of two with one key the first.
    static func object(_ facets: [EventFacet], by producer: String) -> JSONValue {
        var object: [JSONValue.Member] = []
        for facet in facets where !object.contains(where: { $0.key == facet.key }) {
            let name = facet.schema.split(separator: "/").last.map(String.init) ?? ""
            let head: [JSONValue.Member] = [
                .init("_producer", .string(producer)),
                .init("_schemaURL", .string("https://openlineage.io/spec/facets/\(facet.schema).json#/$defs/\(name)")),
            ]
            object.append(.init(facet.key, .object(head + facet.body.members.filter { !$0.value.isNull })))
        }
        return .object(object)
    }
}

// MARK: - Of runs

extension EventFacet {
    package static func processingEngine(_ name: String, version: String) -> EventFacet {
        EventFacet("processing_engine", "1-1-1/ProcessingEngineRunFacet", ["version": .string(version), "name": .string(name)])
    }

    /// The run that this one is a part of, which is also the one at the top.
    package static func parent(_ run: RunID, _ job: EventJob) -> EventFacet {
        let (run, job): (JSONValue, JSONValue) = (
            ["runId": .string(run.uuid)], ["namespace": .string(job.namespace), "name": .string(job.name)]
        )
        return EventFacet("parent", "1-2-0/ParentRunFacet", ["run": run, "job": job, "root": ["run": run, "job": job]])
    }

    package static func error(_ message: String) -> EventFacet {
        EventFacet("errorMessage", "1-0-1/ErrorMessageRunFacet", ["message": .string(String(message.prefix(4000))), "programmingLanguage": "Swift"])
    }

    package static func parameters(_ parameters: [(key: String, value: String)]) -> EventFacet {
        let list = parameters.map { ["key": .string($0.key), "name": .string($0.key), "value": .string($0.value)] as JSONValue }
        return EventFacet("executionParameters", "1-0-0/ExecutionParametersRunFacet", ["parameters": .array(list)])
    }

    /// What was tested, and how it came out.
    package static func tests(_ verdicts: [EventVerdict]) -> EventFacet {
        let list = verdicts.map { verdict -> JSONValue in
            [
                "name": .string(verdict.assertion + (verdict.column.map { " \($0)" } ?? "")), "status": verdict.holds ? "pass" : "fail",
                "severity": .string(verdict.severity), "type": .string(verdict.assertion),
            ]
        }
        return EventFacet("test", "1-0-1/TestRunFacet", ["tests": .array(list)])
    }
}

/// How an assertion on a dataset came out.
package struct EventVerdict: Sendable {
    package var assertion: String
    package var column: String?
    package var holds: Bool
    /// `error` where a failure stops what follows, `warn` or `info` where it does not.
    package var severity: String
    /// What was found, without values of the data.
    package var actual: String?

    package init(_ assertion: String, column: String?, holds: Bool, severity: String, actual: String?) {
        self.assertion = assertion
        self.column = column
        self.holds = holds
        self.severity = severity
        self.actual = actual
    }
}

// MARK: - Of jobs

extension EventFacet {
    /// - Parameter type: `JOB` for a whole pipeline, `TASK` for one of its steps.
    package static func jobType(_ type: String) -> EventFacet {
        EventFacet("jobType", "2-0-4/JobTypeJobFacet", ["processingType": "BATCH", "integration": "MARTLET", "jobType": .string(type)])
    }

    package static func sourceCode(_ code: String, language: String) -> EventFacet {
        EventFacet("sourceCode", "1-0-1/SourceCodeJobFacet", ["language": .string(language), "sourceCode": .string(code)])
    }

    package static func sql(_ query: String, dialect: String) -> EventFacet {
        EventFacet("sql", "1-1-0/SQLJobFacet", ["query": .string(query), "dialect": .string(dialect)])
    }

    package static func git(url: String, commit: String, branch: String?) -> EventFacet {
        EventFacet(
            "sourceCodeLocation", "1-1-0/SourceCodeLocationJobFacet",
            ["type": "git", "url": .string(url), "repoUrl": .string(url), "version": .string(commit), "branch": JSONValue(branch)])
    }

    package static func jobOwners(_ owners: [(name: String, type: String)]) -> EventFacet {
        EventFacet("ownership", "1-0-1/OwnershipJobFacet", ["owners": EventFacet.owners(owners)])
    }

    private static func owners(_ owners: [(name: String, type: String)]) -> JSONValue {
        .array(owners.map { ["name": .string($0.name), "type": .string($0.type)] })
    }
}

// MARK: - Of datasets

extension EventFacet {
    package static func columns(_ columns: [(name: String, type: String)]) -> EventFacet {
        let fields = columns.enumerated().map { place, column -> JSONValue in
            ["name": .string(column.name), "type": .string(column.type), "ordinal_position": JSONValue(place + 1)]
        }
        return EventFacet("schema", "1-2-0/SchemaDatasetFacet", ["fields": .array(fields)])
    }

    package static func dataSource(_ name: String, uri: String) -> EventFacet {
        EventFacet("dataSource", "1-0-1/DatasourceDatasetFacet", ["name": .string(name), "uri": .string(uri)])
    }

    package static func version(_ version: String) -> EventFacet {
        EventFacet("version", "1-0-1/DatasetVersionDatasetFacet", ["datasetVersion": .string(version)])
    }

    /// - Parameter change: `CREATE`, `OVERWRITE` ...
    package static func lifecycle(_ change: String) -> EventFacet {
        EventFacet("lifecycleStateChange", "1-0-1/LifecycleStateChangeDatasetFacet", ["lifecycleStateChange": .string(change)])
    }

    package static func datasetOwners(_ owners: [(name: String, type: String)]) -> EventFacet {
        EventFacet("ownership", "1-0-1/OwnershipDatasetFacet", ["owners": EventFacet.owners(owners)])
    }

    /// - Parameter columns: of each column its figures: `nullCount`, `distinctCount`, `count`, `min`, `max`, `quantiles`.
    package static func qualityMetrics(rows: Int, bytes: Int?, columns: [(name: String, figures: JSONValue)]) -> EventFacet {
        let metrics = JSONValue.object(columns.map { .init($0.name, $0.figures) })
        return EventFacet(
            "dataQualityMetrics", "1-0-1/DataQualityMetricsDatasetFacet",
            ["rowCount": JSONValue(rows), "bytes": JSONValue(bytes), "columnMetrics": metrics])
    }

    package static func assertions(_ verdicts: [EventVerdict]) -> EventFacet {
        let list = verdicts.map { verdict -> JSONValue in
            var object: JSONValue = ["assertion": .string(verdict.assertion), "success": .bool(verdict.holds), "severity": .string(verdict.severity)]
            if let column = verdict.column { object["column"] = .string(column) }
            if let actual = verdict.actual { object["actual"] = .string(actual) }
            return object
        }
        return EventFacet("dataQualityAssertions", "1-1-0/DataQualityAssertionsDatasetFacet", ["assertions": .array(list)])
    }

    /// Which columns of which datasets a column comes from.
    package static func columnLineage(_ columns: [(name: String, from: [(dataset: DatasetName, column: String, isSame: Bool)])]) -> EventFacet {
        let fields = columns.map { column in
            let inputs = column.from.map { from -> JSONValue in
                [
                    "namespace": .string(from.dataset.namespace), "name": .string(from.dataset.name), "field": .string(from.column),
                    "transformations": [["type": "DIRECT", "subtype": .string(from.isSame ? "IDENTITY" : "TRANSFORMATION"), "masking": false]],
                ]
            }
            return JSONValue.Member(column.name, ["inputFields": .array(inputs)])
        }
        return EventFacet("columnLineage", "1-2-0/ColumnLineageDatasetFacet", ["fields": .object(fields)])
    }

    package static func outputStatistics(rows: Int, bytes: Int?, files: Int?) -> EventFacet {
        EventFacet(
            "outputStatistics", "1-0-2/OutputStatisticsOutputDatasetFacet",
            ["rowCount": JSONValue(rows), "size": JSONValue(bytes), "fileCount": JSONValue(files)])
    }

    package static func inputStatistics(rows: Int?, bytes: Int?, files: Int?) -> EventFacet {
        EventFacet(
            "inputStatistics", "1-0-0/InputStatisticsInputDatasetFacet",
            ["rowCount": JSONValue(rows), "size": JSONValue(bytes), "fileCount": JSONValue(files)])
    }
}
