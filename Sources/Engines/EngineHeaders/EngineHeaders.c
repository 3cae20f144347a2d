#include "EngineHeaders.h"

_Static_assert(sizeof(void *) == 8, "the engines are 64-bit libraries");
_Static_assert(sizeof(martlet_duckdb_result) == 48, "duckdb_result is passed by value and is 48 bytes");
_Static_assert(sizeof(martlet_duckdb_string) == 16, "duckdb_string_t is 16 bytes");
_Static_assert(sizeof(martlet_duckdb_hugeint) == 16, "duckdb_hugeint is 16 bytes");
