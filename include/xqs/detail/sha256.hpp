#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace xqs::detail {

namespace sha256_parts {

using state = std::array<std::uint32_t, 8>;
using block = std::array<std::uint8_t, 64>;

/// First 32 bits of the fractional parts of the cube roots of the first 64 primes (4.2.2).
inline constexpr std::array<std::uint32_t, 64> round_constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/// First 32 bits of the fractional parts of the square roots of the first 8 primes (5.3.3).
inline constexpr state initial_state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/// The 64 words of the message schedule of one block (6.2.2, step 1).
constexpr std::array<std::uint32_t, 64> schedule(const block& bytes) noexcept {
  std::array<std::uint32_t, 64> words{};
  for (std::size_t i = 0; i < bytes.size(); ++i) words[i / 4] = words[i / 4] << 8 | bytes[i];
  for (std::size_t t = 16; t < words.size(); ++t) {
    const std::uint32_t x = words[t - 15];
    const std::uint32_t y = words[t - 2];
    const std::uint32_t sigma_0 = std::rotr(x, 7) ^ std::rotr(x, 18) ^ (x >> 3);
    const std::uint32_t sigma_1 = std::rotr(y, 17) ^ std::rotr(y, 19) ^ (y >> 10);
    words[t] = sigma_1 + words[t - 7] + sigma_0 + words[t - 16];
  }
  return words;
}

/// Folds one block into the state (6.2.2, steps 2 to 4).
constexpr void compress(state& hash, const block& bytes) noexcept {
  const auto words = schedule(bytes);
  auto [a, b, c, d, e, f, g, h] = hash;
  for (std::size_t t = 0; t < words.size(); ++t) {
    const std::uint32_t sum_1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const std::uint32_t choice = (e & f) ^ (~e & g);
    const std::uint32_t first = h + sum_1 + choice + round_constants[t] + words[t];
    const std::uint32_t sum_0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const std::uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + sum_0 + majority;
  }
  const state change = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] += change[i];
}

/// Copies up to one block of bytes from `start`; the rest is zero.
constexpr block block_at(std::string_view bytes, std::size_t start) noexcept {
  block copy{};
  for (std::size_t i = 0; i < copy.size() && start + i < bytes.size(); ++i) {
    copy[i] = static_cast<std::uint8_t>(bytes[start + i]);
  }
  return copy;
}

}  // namespace sha256_parts

/// SHA-256 digest of any bytes below 2^61. O(size).
///
/// Source: FIPS 180-4 (2015), sections 4.2.2, 5 and 6.2.
[[nodiscard]] constexpr std::array<std::uint8_t, 32> sha256(std::string_view bytes) noexcept {
  using namespace sha256_parts;
  state hash = initial_state;
  const std::size_t tail = bytes.size() % 64;
  const std::size_t whole = bytes.size() - tail;
  for (std::size_t start = 0; start < whole; start += 64) compress(hash, block_at(bytes, start));

  block last = block_at(bytes, whole);
  last[tail] = 0x80;
  if (tail >= 56) {  // no room for the length
    compress(hash, last);
    last = {};
  }
  const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  for (std::size_t i = 0; i < 8; ++i) {
    last[56 + i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i));
  }
  compress(hash, last);

  std::array<std::uint8_t, 32> digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(hash[i / 4] >> (24 - 8 * (i % 4)));
  }
  return digest;
}

}  // namespace xqs::detail
