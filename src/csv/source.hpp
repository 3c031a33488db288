#pragma once

#include <cstdio>
#include <string>

#include "csv/reader.hpp"

/// Where the bytes of a CSV file come from. The sources fail as byte_source says.
namespace xqs::csv {

/// Source over an open stream, which stays the caller's.
[[nodiscard]] byte_source file_source(std::FILE* file);

/// Unpacks gzip. A stream that is cut off or damaged is an error.
[[nodiscard]] byte_source gzip_source(byte_source packed);

/// Windows-1252 as UTF-8. Errors: one of the five bytes that it leaves undefined.
[[nodiscard]] byte_source windows_1252_source(byte_source source);

}  // namespace xqs::csv
