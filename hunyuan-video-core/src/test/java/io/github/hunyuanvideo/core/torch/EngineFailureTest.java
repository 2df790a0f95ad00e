package io.github.hunyuanvideo.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.api.OutOfDeviceMemoryException;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EngineExtension.class)
class EngineFailureTest {

  private static final ComputeDevice GPU = ComputeDevice.cuda(1);

  interface Hoard {
    Tensor hoard(long elements);
  }

  @Test
  void anAllocationThatNoMachineHasRoomForCanBeTriedAgain(TorchEngine engine) {
    Hoard program =
        TorchProgram.compile(
                engine,
                "hoarder",
                """
                class Ops(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool

                  def hoard(self, elements: int) -> Tensor:
                    return torch.zeros([elements])
                """)
            .as(Hoard.class);
    long before = engine.openTensors();
    assertThatThrownBy(() -> program.hoard(1L << 46))
        .isInstanceOfSatisfying(
            OutOfDeviceMemoryException.class, e -> assertThat(e.retryable()).isTrue())
        .hasMessageStartingWith("hoarder.hoard failed: ")
        .hasMessageContaining("281474976710656 bytes")
        .hasMessageContaining("too little free memory on cpu")
        .hasMessageContaining("ask for less: a smaller size, fewer frames");
    assertThat(engine.openTensors()).isEqualTo(before);
    try (Tensor modest = program.hoard(4)) {
      assertThat(modest.toFloats()).containsExactly(0, 0, 0, 0);
    }
  }

  private static HunyuanVideoException failure(String message) {
    return EngineFailure.of("vae.decode", GPU, new EngineException(message));
  }

  @Test
  void ofAGpuWithoutRoomTheReasonIsToldAndTheDeviceNamed() {
    HunyuanVideoException failure =
        failure(
            """
            The following operation failed in the TorchScript interpreter.
            Traceback of TorchScript, serialized code (most recent call last):
              File "code/__torch__.py", line 9, in decode
                return torch.conv3d(x, w)
            RuntimeError: CUDA out of memory. Tried to allocate 20.00 GiB. GPU 1 has a total capacity of 39.39 GiB of which 7.31 GiB is free.
            """);
    assertThat(failure)
        .isInstanceOf(OutOfDeviceMemoryException.class)
        .hasMessageStartingWith(
            "vae.decode failed: CUDA out of memory. Tried to allocate 20.00 GiB.")
        .hasMessageContaining("too little free memory on cuda:1");
    assertThat(failure.retryable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
      })
  void librariesOfAGpuSayItInTheirOwnWords(String message) {
    assertThat(failure(message))
        .isInstanceOf(OutOfDeviceMemoryException.class)
        .hasMessageContaining("memory on cuda:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[enforce fail at alloc_cpu.cpp:118] data. DefaultCPUAllocator: not enough memory: you tried to allocate 64 bytes.",
        "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 64 bytes. Error code 12",
        "unable to mmap 64 bytes from file <weights>: Cannot allocate memory (12)",
        "std::bad_alloc",
        "bad allocation",
      })
  void theHostCanBeShortOfMemoryWhileAGpuComputes(String message) {
    assertThat(failure(message))
        .isInstanceOf(OutOfDeviceMemoryException.class)
        .hasMessageContaining("memory on cpu");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: an illegal memory access was encountered",
        "CUDA error: no kernel image is available for execution on the device",
        "shape '[7]' is invalid for input of size 2",
      })
  void otherFailuresWouldRepeatThemselves(String message) {
    HunyuanVideoException failure = failure(message);
    assertThat(failure)
        .isExactlyInstanceOf(HunyuanVideoException.class)
        .hasMessage("vae.decode failed: " + message);
    assertThat(failure.retryable()).isFalse();
  }
}
