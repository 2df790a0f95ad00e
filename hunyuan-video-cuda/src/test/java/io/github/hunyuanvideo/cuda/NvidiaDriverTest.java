package io.github.hunyuanvideo.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvidiaDriverTest {

  @TempDir Path root;

  @Test
  void aMachineWithoutADriverSaysWhereItLooked() {
    NvidiaDriver driver = NvidiaDriver.find(new FakeHost(root).host());
    assertThat(driver.version()).isEmpty();
    assertThat(driver.gpus()).isEmpty();
    assertThat(Finding.obstacles(driver.findings()))
        .singleElement()
        .asString()
        .contains("There is no NVIDIA driver")
        .contains("/proc/driver/nvidia/version")
        .contains("nvidia-smi")
        .contains("525.60.13")
        .contains("https://www.nvidia.com/drivers");
  }

  @Test
  void aWorkingDriverTellsAll() {
    NvidiaDriver driver = NvidiaDriver.find(FakeHost.ready(root, Recorded.ONE_H200).host());
    assertThat(driver.version()).contains(new DriverVersion("580.159.04"));
    assertThat(driver.cuda()).contains(new CudaVersion(13, 0));
    assertThat(driver.gpus().orElseThrow()).hasSize(1);
    assertThat(driver.troubles()).isEmpty();
    assertThat(driver.findings())
        .containsExactly(
            Finding.fact("The NVIDIA driver is 580.159.04 and supports CUDA up to 13.0."));
    assertThat(driver.runs(new CudaVersion(12, 8))).contains(true);
    assertThat(driver.runs(new CudaVersion(14, 0))).contains(false);
  }

  @Test
  void withoutNvidiaSmiTheKernelModuleTellsSome() {
    NvidiaDriver driver =
        NvidiaDriver.find(
            new FakeHost(root)
                .file("/proc/driver/nvidia/version", Recorded.CLOSED_MODULE)
                .file("/proc/driver/nvidia/gpus/0000:00:1e.0/information", Recorded.KERNEL_GPU)
                .host());
    assertThat(driver.version()).contains(new DriverVersion("535.183.01"));
    Gpu gpu = driver.gpus().orElseThrow().get(0);
    assertThat(gpu.name()).isEqualTo("NVIDIA A10G");
    assertThat(gpu.uuid()).isEqualTo("GPU-8d2a7f0e-5b1c-4f63-9a35-0f4f6d3c2b11");
    assertThat(gpu.memory()).isEmpty();
    assertThat(driver.troubles()).singleElement().asString().contains("not on the PATH");
    assertThat(driver.runs(new CudaVersion(12, 8))).contains(true);
    assertThat(driver.runs(new CudaVersion(13, 0))).contains(false);
    assertThat(driver.runs(new CudaVersion(20, 0))).isEmpty();
  }

  @Test
  void whatNvidiaSmiComplainsOfIsQuoted() {
    FakeHost host =
        new FakeHost(root).smiFails("ended with exit code 9: " + Recorded.NO_DRIVER.strip());
    NvidiaDriver driver = NvidiaDriver.find(host.host());
    assertThat(driver.version()).isEmpty();
    assertThat(driver.troubles())
        .singleElement()
        .asString()
        .contains("nvidia-smi --query-gpu", "exit code 9", "couldn't communicate");
  }

  @Test
  void anUnknownAnswerOfNvidiaSmiIsQuotedAndNothingIsMadeOfIt() {
    FakeHost host = FakeHost.ready(root, "all your base are belong to us\n");
    NvidiaDriver driver = NvidiaDriver.find(host.host());
    assertThat(driver.gpus()).isEmpty();
    assertThat(driver.version()).contains(new DriverVersion("580.159.04"));
    assertThat(driver.troubles())
        .singleElement()
        .asString()
        .contains("unknown answer", "all your base");
  }

  @Test
  void aDriverWithoutCudaIsSaidToBe() {
    NvidiaDriver driver =
        NvidiaDriver.find(
            new FakeHost(root).smi(Recorded.ONE_H200, Recorded.BANNER_WITHOUT_CUDA).host());
    assertThat(driver.findings())
        .extracting(Finding::text)
        .containsExactly("The NVIDIA driver is 580.159.04; which CUDA it supports is not known.");
  }

  @Test
  void theInstancesOfADividedGpuAreAskedFor() {
    FakeHost host = FakeHost.ready(root, Recorded.DIVIDED).smiList(Recorded.DIVIDED_LIST);
    assertThat(NvidiaDriver.find(host.host()).gpus().orElseThrow().get(0).instances()).hasSize(2);
  }

  @Test
  void aDamagedFileOfTheKernelModuleIsNoAnswer() {
    NvidiaDriver driver =
        NvidiaDriver.find(new FakeHost(root).file("/proc/driver/nvidia/version", "?").host());
    assertThat(driver.version()).isEmpty();
    assertThat(driver.troubles())
        .singleElement()
        .asString()
        .contains("/proc/driver/nvidia/version");
  }
}
