#include "engine/code_lookup.hpp"

#ifdef XQS_HAS_AVX2
#include <immintrin.h>
#endif

namespace xqs::engine {

bool code_lookup::find(const std::uint8_t* requirements, const std::uint8_t* satisfactions,
                       std::size_t count, std::uint8_t* to, bool wide) const {
  const std::size_t done = wide ? find_widely(requirements, satisfactions, count, to) : 0;
  for (std::size_t i = done; i < count; ++i) to[i] = kind(requirements[i], satisfactions[i]);
  std::uint8_t most = 0;
  for (std::size_t i = 0; i < count; ++i) most = (std::max)(most, to[i]);
  return most < unknown();
}

/// Of 32 answers at once, as long as there are so many: how many were found. Both parts of a kind
/// are looked up within a register.
#ifdef XQS_HAS_AVX2
XQS_AVX2 std::size_t code_lookup::find_widely(const std::uint8_t* requirements,
                                              const std::uint8_t* satisfactions, std::size_t count,
                                              std::uint8_t* to) const {
  constexpr std::size_t at_once = sizeof(__m256i);
  const auto at = [](const std::uint8_t* bytes) { return reinterpret_cast<const __m256i*>(bytes); };
  const auto* const parts_of_one = reinterpret_cast<const __m128i*>(requirement_.data());
  const auto* const parts_of_other = reinterpret_cast<const __m128i*>(satisfaction_.data());
  const __m256i requirement = _mm256_broadcastsi128_si256(_mm_load_si128(parts_of_one));
  const __m256i satisfaction = _mm256_broadcastsi128_si256(_mm_load_si128(parts_of_other));
  const __m256i most = _mm256_set1_epi8(static_cast<char>(unknown()));
  std::size_t i = 0;
  for (; i + at_once <= count; i += at_once) {
    const __m256i one = _mm256_shuffle_epi8(requirement, _mm256_loadu_si256(at(requirements + i)));
    const __m256i other =
        _mm256_shuffle_epi8(satisfaction, _mm256_loadu_si256(at(satisfactions + i)));
    const __m256i kinds = _mm256_min_epu8(_mm256_adds_epu8(one, other), most);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), kinds);
  }
  return i;
}
#else
std::size_t code_lookup::find_widely(const std::uint8_t*, const std::uint8_t*, std::size_t,
                                     std::uint8_t*) const {
  return 0;
}
#endif

}  // namespace xqs::engine
