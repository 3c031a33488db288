# Shared by the consumer tests.
file(REMOVE_RECURSE ${WORK_DIR})
file(MAKE_DIRECTORY ${WORK_DIR})

# run(COMMAND...): fails with what was printed; `out` is that otherwise.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE failed OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(failed)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}\n${out}")
  endif()
  set(out "${out}" PARENT_SCOPE)
endfunction()

# prints(PROGRAM EXPECTED)
function(prints program expected)
  run(${program})
  if(NOT out STREQUAL "${expected}\n")
    message(FATAL_ERROR "${program} printed: ${out}")
  endif()
endfunction()

# configure(SOURCE_DIR OPTIONS...): a project of its own, with the compiler and flags of this build.
function(configure source)
  run(${CMAKE_COMMAND} -S ${source} -B ${WORK_DIR}/build -G ${GENERATOR}
      -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_BUILD_TYPE=${BUILD_TYPE} -DCMAKE_CXX_FLAGS=${FLAGS} ${ARGN})
endfunction()

function(install_xqs)
  run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${WORK_DIR}/prefix)
endfunction()
