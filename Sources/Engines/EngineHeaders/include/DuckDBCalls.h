// DuckDB's C interface (duckdb.h, stable part), as far as Martlet calls it.
// Handles are opaque pointers; a state is 0 for success and 1 for an error; indexes and sizes are 64-bit.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// `duckdb_result`: three retired counters, two retired pointers, the handle. Passed by value to `duckdb_fetch_chunk`.
typedef struct {
    uint64_t column_count;
    uint64_t row_count;
    uint64_t rows_changed;
    void *_Nullable columns;
    char *_Nullable error_message;
    void *_Nullable internal_data;
} martlet_duckdb_result;

/// `duckdb_string_t`: up to 12 bytes lie inside, padded with zeros; longer text keeps 4 bytes of prefix and a pointer.
typedef struct {
    uint32_t length;
    char prefix[4];
    union {
        char rest[8];
        const char *_Nullable pointer;
    } tail;
} martlet_duckdb_string;

/// `duckdb_hugeint` and `duckdb_uhugeint` (whose upper half is unsigned).
typedef struct {
    uint64_t lower;
    int64_t upper;
} martlet_duckdb_hugeint;

/// The functions of the library, by the names they have there without `duckdb_`.
typedef struct {
    const char *_Nonnull (*_Nonnull library_version)(void);
    void (*_Nonnull free)(void *_Nullable memory);

    int (*_Nonnull create_config)(void *_Nullable *_Nonnull out_config);
    int (*_Nonnull set_config)(void *config, const char *name, const char *value);
    void (*_Nonnull destroy_config)(void *_Nullable *_Nonnull config);
    int (*_Nonnull open_ext)(const char *_Nullable path, void *_Nullable *_Nonnull out_database, void *_Nullable config, char *_Nullable *_Nonnull out_error);
    void (*_Nonnull close)(void *_Nullable *_Nonnull database);
    int (*_Nonnull connect)(void *database, void *_Nullable *_Nonnull out_connection);
    void (*_Nonnull disconnect)(void *_Nullable *_Nonnull connection);
    void (*_Nonnull interrupt)(void *connection);

    int (*_Nonnull query)(void *connection, const char *sql, martlet_duckdb_result *_Nullable out_result);
    int (*_Nonnull prepare)(void *connection, const char *sql, void *_Nullable *_Nonnull out_statement);
    const char *_Nullable (*_Nonnull prepare_error)(void *_Nullable statement);
    void (*_Nonnull destroy_prepare)(void *_Nullable *_Nonnull statement);
    int (*_Nonnull prepared_statement_type)(void *statement);
    uint64_t (*_Nonnull prepared_statement_column_count)(void *statement);
    void *_Nullable (*_Nonnull prepared_statement_column_logical_type)(void *statement, uint64_t column);
    char *_Nullable (*_Nonnull prepared_statement_column_name)(void *statement, uint64_t column);
    int (*_Nonnull pending_prepared)(void *statement, void *_Nullable *_Nonnull out_pending);
    /// 0 the answer is ready, 1 more tasks, 2 an error, 3 other threads have all the tasks.
    int (*_Nonnull pending_execute_task)(void *pending);
    int (*_Nonnull execute_pending)(void *_Nullable pending, martlet_duckdb_result *out_result);
    void (*_Nonnull destroy_pending)(void *_Nullable *_Nonnull pending);

    const char *_Nullable (*_Nonnull result_error)(martlet_duckdb_result *result);
    void (*_Nonnull destroy_result)(martlet_duckdb_result *result);
    uint64_t (*_Nonnull column_count)(martlet_duckdb_result *result);
    const char *_Nullable (*_Nonnull column_name)(martlet_duckdb_result *result, uint64_t column);
    void *_Nullable (*_Nonnull column_logical_type)(martlet_duckdb_result *result, uint64_t column);
    void *_Nullable (*_Nonnull fetch_chunk)(martlet_duckdb_result result);

    void *_Nullable (*_Nonnull create_logical_type)(int type);
    void (*_Nonnull destroy_logical_type)(void *_Nullable *_Nonnull type);
    int (*_Nonnull get_type_id)(void *type);
    uint8_t (*_Nonnull decimal_scale)(void *type);
    int (*_Nonnull decimal_internal_type)(void *type);
    int (*_Nonnull enum_internal_type)(void *type);
    uint32_t (*_Nonnull enum_dictionary_size)(void *type);
    char *_Nullable (*_Nonnull enum_dictionary_value)(void *type, uint64_t index);

    void *_Nullable (*_Nonnull create_data_chunk)(void *_Nullable *_Nonnull types, uint64_t count);
    void (*_Nonnull destroy_data_chunk)(void *_Nullable *_Nonnull chunk);
    void (*_Nonnull data_chunk_reset)(void *chunk);
    uint64_t (*_Nonnull data_chunk_get_size)(void *chunk);
    void (*_Nonnull data_chunk_set_size)(void *chunk, uint64_t size);
    void *_Nullable (*_Nonnull data_chunk_get_vector)(void *chunk, uint64_t column);
    void *_Nullable (*_Nonnull vector_get_data)(void *vector);
    uint64_t *_Nullable (*_Nonnull vector_get_validity)(void *vector);
    void (*_Nonnull vector_ensure_validity_writable)(void *vector);
    uint64_t (*_Nonnull vector_size)(void);

    int (*_Nonnull appender_create)(void *connection, const char *_Nullable schema, const char *table, void *_Nullable *_Nonnull out_appender);
    const char *_Nullable (*_Nonnull appender_error)(void *_Nullable appender);
    int (*_Nonnull append_data_chunk)(void *appender, void *chunk);
    int (*_Nonnull appender_close)(void *appender);
    int (*_Nonnull appender_destroy)(void *_Nullable *_Nonnull appender);
} martlet_duckdb_calls;

#pragma clang assume_nonnull end
