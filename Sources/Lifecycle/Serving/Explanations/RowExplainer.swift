package import Support
package import Tables

/// What explains the answers of one model version. Calls block; called on threads of the endpoint's own.
package protocol RowExplainer: Sendable {
    /// The rows that a request may have: each of them takes far longer than an answer.
    var rowLimit: Int { get }

    /// Explains the rows of a table whose columns are those of the signature, in its order.
    func explain(_ table: Table) throws(MartletError) -> [Explanation]
}
