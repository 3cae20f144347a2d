import EngineLibraries
import Support

/// The functions of `libpq` that are used, with the types of its header `libpq-fe.h`.
struct PostgreSQLAPI: Sendable {
    typealias Connection = OpaquePointer
    typealias Answer = OpaquePointer

    let connect: @convention(c) (UnsafePointer<CChar>) -> Connection?
    let finish: @convention(c) (Connection) -> Void
    let status: @convention(c) (Connection) -> CInt
    let errorMessage: @convention(c) (Connection) -> UnsafePointer<CChar>?
    let execute: @convention(c) (Connection, UnsafePointer<CChar>) -> Answer?
    let resultStatus: @convention(c) (Answer) -> CInt
    let clear: @convention(c) (Answer) -> Void
    let rowCount: @convention(c) (Answer) -> CInt
    let columnCount: @convention(c) (Answer) -> CInt
    let columnName: @convention(c) (Answer, CInt) -> UnsafePointer<CChar>?
    let columnType: @convention(c) (Answer, CInt) -> CUnsignedInt
    let columnModifier: @convention(c) (Answer, CInt) -> CInt
    let isNull: @convention(c) (Answer, CInt, CInt) -> CInt
    let value: @convention(c) (Answer, CInt, CInt) -> UnsafePointer<CChar>?
    let getResult: @convention(c) (Connection) -> Answer?
    let copyData: @convention(c) (Connection, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, CInt) -> CInt
    let freeMemory: @convention(c) (UnsafeMutableRawPointer?) -> Void

    /// `ConnStatusType` and `ExecStatusType`.
    static let connectionIsOpen: CInt = 0
    static let commandDone: CInt = 1
    static let hasRows: CInt = 2
    static let copiesOut: CInt = 3

    /// - Throws: `engineMissing` where the library is not installed.
    init() throws(MartletError) {
        let library: DynamicLibrary
        do { library = try DynamicLibrary.load("libpq.so.5") } catch {
            throw MartletError(
                .engineMissing, "PostgreSQL's client library is missing. Install it (Debian: apt install libpq5).",
                cause: error.cause ?? error.message)
        }
        connect = try library.function("PQconnectdb")
        finish = try library.function("PQfinish")
        status = try library.function("PQstatus")
        errorMessage = try library.function("PQerrorMessage")
        execute = try library.function("PQexec")
        resultStatus = try library.function("PQresultStatus")
        clear = try library.function("PQclear")
        rowCount = try library.function("PQntuples")
        columnCount = try library.function("PQnfields")
        columnName = try library.function("PQfname")
        columnType = try library.function("PQftype")
        columnModifier = try library.function("PQfmod")
        isNull = try library.function("PQgetisnull")
        value = try library.function("PQgetvalue")
        getResult = try library.function("PQgetResult")
        copyData = try library.function("PQgetCopyData")
        freeMemory = try library.function("PQfreemem")
    }
}
