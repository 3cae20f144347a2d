import EngineHeaders
import EngineLibraries
import Support

/// DuckDB's functions, looked up once.
///
/// Unchecked Sendable: immutable addresses of functions in a library that stays loaded.
struct DuckDBAPI: @unchecked Sendable {
    let calls: martlet_duckdb_calls

    /// The functions of the library that the locator finds; loads it on first use.
    /// - Throws: `engineMissing` where the library, Python's library below the wheel, or a function is not there.
    init(_ locator: EngineLocator) throws(MartletError) {
        let path = try locator.require(.duckdb)
        if let python = PythonLibrary(below: path) { try python.load() }
        let library = try DynamicLibrary.load(path)
        calls = try Self.calls(of: library)
    }

    private static func calls(of library: DynamicLibrary) throws(MartletError) -> martlet_duckdb_calls {
        martlet_duckdb_calls(
            library_version: try library.function("duckdb_library_version"),
            free: try library.function("duckdb_free"),
            create_config: try library.function("duckdb_create_config"),
            set_config: try library.function("duckdb_set_config"),
            destroy_config: try library.function("duckdb_destroy_config"),
            open_ext: try library.function("duckdb_open_ext"),
            close: try library.function("duckdb_close"),
            connect: try library.function("duckdb_connect"),
            disconnect: try library.function("duckdb_disconnect"),
            interrupt: try library.function("duckdb_interrupt"),
            query: try library.function("duckdb_query"),
            prepare: try library.function("duckdb_prepare"),
            prepare_error: try library.function("duckdb_prepare_error"),
            destroy_prepare: try library.function("duckdb_destroy_prepare"),
            prepared_statement_type: try library.function("duckdb_prepared_statement_type"),
            prepared_statement_column_count: try library.function("duckdb_prepared_statement_column_count"),
            prepared_statement_column_logical_type: try library.function("duckdb_prepared_statement_column_logical_type"),
            prepared_statement_column_name: try library.function("duckdb_prepared_statement_column_name"),
            pending_prepared: try library.function("duckdb_pending_prepared"),
            pending_execute_task: try library.function("duckdb_pending_execute_task"),
            execute_pending: try library.function("duckdb_execute_pending"),
            destroy_pending: try library.function("duckdb_destroy_pending"),
            result_error: try library.function("duckdb_result_error"),
            destroy_result: try library.function("duckdb_destroy_result"),
            column_count: try library.function("duckdb_column_count"),
            column_name: try library.function("duckdb_column_name"),
            column_logical_type: try library.function("duckdb_column_logical_type"),
            fetch_chunk: try library.function("duckdb_fetch_chunk"),
            create_logical_type: try library.function("duckdb_create_logical_type"),
            destroy_logical_type: try library.function("duckdb_destroy_logical_type"),
            get_type_id: try library.function("duckdb_get_type_id"),
            decimal_scale: try library.function("duckdb_decimal_scale"),
            decimal_internal_type: try library.function("duckdb_decimal_internal_type"),
            enum_internal_type: try library.function("duckdb_enum_internal_type"),
            enum_dictionary_size: try library.function("duckdb_enum_dictionary_size"),
            enum_dictionary_value: try library.function("duckdb_enum_dictionary_value"),
            create_data_chunk: try library.function("duckdb_create_data_chunk"),
            destroy_data_chunk: try library.function("duckdb_destroy_data_chunk"),
            data_chunk_reset: try library.function("duckdb_data_chunk_reset"),
            data_chunk_get_size: try library.function("duckdb_data_chunk_get_size"),
            data_chunk_set_size: try library.function("duckdb_data_chunk_set_size"),
            data_chunk_get_vector: try library.function("duckdb_data_chunk_get_vector"),
            vector_get_data: try library.function("duckdb_vector_get_data"),
            vector_get_validity: try library.function("duckdb_vector_get_validity"),
            vector_ensure_validity_writable: try library.function("duckdb_vector_ensure_validity_writable"),
            vector_size: try library.function("duckdb_vector_size"),
            appender_create: try library.function("duckdb_appender_create"),
            appender_error: try library.function("duckdb_appender_error"),
            append_data_chunk: try library.function("duckdb_append_data_chunk"),
            appender_close: try library.function("duckdb_appender_close"),
            appender_destroy: try library.function("duckdb_appender_destroy"))
    }

    /// The library's version, `v2.0.0`.
    var version: String { String(cString: calls.library_version()) }
}
