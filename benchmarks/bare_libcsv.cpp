// Tokenises a CSV file with libcsv and does nothing else: what reading it costs at least.
#include <csv.h>

#include <array>
#include <cstdio>

int main(int argc, char** argv) {
  std::FILE* file = argc == 2 ? std::fopen(argv[1], "rb") : nullptr;
  csv_parser parser;
  if (file == nullptr || csv_init(&parser, 0) != 0) return 1;
  static std::array<char, 262'144> buffer;
  const auto on_field = [](void*, std::size_t, void*) {};
  const auto on_row = [](int, void*) {};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), file))
    csv_parse(&parser, buffer.data(), size, on_field, on_row, nullptr);
  csv_fini(&parser, on_field, on_row, nullptr);
  csv_free(&parser);
  return std::fclose(file);
}
