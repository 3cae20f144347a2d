#pragma once
#include "DuckDBCalls.h"
#include "LightGBMCalls.h"
#include "ONNXRuntimeCalls.h"
#include "OPACalls.h"
