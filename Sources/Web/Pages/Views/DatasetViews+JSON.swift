import Support

extension DatasetSummaryView: View {
    package static let about = "A dataset and its newest version."
    package static var members: [ViewMember<DatasetSummaryView>] {
        [
            .init("name", \.name), .init("versions", \.versions),
            .init("newest", \.newest, "The number of the newest version, of which the rest tells."),
            .init("rows", \.rows), .init("columns", \.columns), .init("created", \.created), .init("expectations_passed", \.passed),
            .init("expectations_failed", \.failed),
        ]
    }
}

extension DatasetVersionView: View {
    package static let about = "A version of a dataset: where it comes from, how its columns look, and what was judged of it."
    package static var members: [ViewMember<DatasetVersionView>] {
        [
            .init("name", \.name), .init("version", \.version), .init("versions", \.versions, "The numbers of all versions, oldest first."),
            .init("created", \.created), .init("digest", \.digest), .init("rows", \.rows), .init("run", \.run, "The page of the run that made it."),
            .init("facts", \.facts), .init("sources", \.sources), .init("notes", \.notes), .init("cleaning", \.cleaning),
            .init("expectations", \.expectations), .init("anomalies", \.anomalies, "What is wrong by the schema of data.schema."),
            .init("unreadable_count", \.rejectedCount), .init("unreadable", \.rejected, "The first rows that could not be read."),
            .init("unmet_count", \.unmetCount, "Rows that do not meet a critical expectation or one that warns."),
            .init("unmet", \.unmet, "The first of them."), .init("columns", \.columns, "In the order of the data."),
            .init("sampled_rows", \.sampledRows, "How many rows were drawn for quantiles; null where every row was used."),
            .init("duplicate_rows", \.duplicateRows), .init("associations", \.associations), .init("missing_patterns", \.missingPatterns),
        ]
    }
}

extension DatasetVersionView.Source: View {
    package static let about = "A file that was read."
    package static var members: [ViewMember<Self>] { [.init("path", \.path), .init("bytes", \.bytes), .init("digest", \.digest)] }
}

extension DatasetVersionView.Rejected: View {
    package static let about = "A row that could not be read."
    package static var members: [ViewMember<Self>] {
        [
            .init("file", \.file), .init("line", \.line), .init("column", \.column, "From 1; null where the whole row is meant."),
            .init("reason", \.reason), .init("text", \.text),
        ]
    }
}

extension DatasetVersionView.Unmet: View {
    package static let about = "A row that does not meet an expectation."
    package static var members: [ViewMember<Self>] {
        [
            .init("row", \.row, "Its number in the source, from 0."), .init("reason", \.reason, "The expectations, separated by semicolons."),
            .init("values", \.values, "The values of the columns that they are about."),
        ]
    }
}

extension DatasetVersionView.Anomaly: View {
    package static let about = "Something that is wrong by the schema."
    package static var members: [ViewMember<Self>] {
        [
            .init("type", \.type, "Its name in TensorFlow Data Validation."), .init("column", \.column, "Null for the table as a whole."),
            .init("sentence", \.sentence),
        ]
    }
}

extension DatasetVersionView.Cleaned: View {
    package static let about = "What a rule of cleaning did."
    package static var members: [ViewMember<Self>] {
        [
            .init("rule", \.rule), .init("columns", \.columns, "Empty for all."), .init("rows_changed", \.changed), .init("rows_emptied", \.emptied),
            .init("rows_filled", \.filled),
        ]
    }
}

extension ExpectationView: View {
    package static let about = "How an expectation turned out."
    package static var members: [ViewMember<ExpectationView>] {
        [
            .init("name", \.name), .init("columns", \.columns), .init("arguments", \.arguments), .init("severity", \.severity),
            .init("holds", \.holds), .init("found", \.found), .init("examples", \.examples, "The first values that were not expected."),
        ]
    }
}

extension ColumnProfileView: View {
    package static let about = "How a column looks."
    package static var members: [ViewMember<ColumnProfileView>] {
        [
            .init("name", \.name), .init("kind", \.kind), .init("role", \.role), .init("count", \.count), .init("missing", \.missing),
            .init("distinct", \.distinct), .init("distinct_is_exact", \.distinctIsExact), .init("numbers", \.numbers),
            .init("mean_length", \.meanLength), .init("top_values", \.top, "Most frequent first."), .init("alerts", \.alerts),
            .init("facts", \.facts),
        ]
    }
}

extension ColumnProfileView.Numbers: View {
    package static let about = "The distribution of numbers; times are seconds since 1970."
    package static var members: [ViewMember<Self>] {
        [
            .init("min", \.minimum), .init("median", \.median), .init("max", \.maximum), .init("mean", \.mean), .init("std", \.deviation),
            .init("zeros", \.zeros), .init("edges", \.edges, "Of bins, one more than there are counts."), .init("counts", \.counts),
        ]
    }
}

extension ColumnProfileView.Frequent: View {
    package static let about = "A value and the rows that hold it."
    package static var members: [ViewMember<Self>] { [.init("value", \.value), .init("count", \.count)] }
}

extension AssociationView: View {
    package static let about = "How closely two columns go together."
    package static var members: [ViewMember<AssociationView>] {
        [.init("a", \.first), .init("b", \.second), .init("measure", \.measure, "pearson, spearman or cramers_v."), .init("value", \.value)]
    }
}

extension MissingPatternView: View {
    package static let about = "Columns that are missing together."
    package static var members: [ViewMember<MissingPatternView>] { [.init("columns", \.columns), .init("rows", \.rows)] }
}
