package io.github.hunyuanvideo.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions of drivers and of CUDA, and MIG instances, in what drivers print. */
class DriverTextsTest {

  private static final List<String> TEXTS =
      List.of(
          Recorded.CLOSED_MODULE,
          Recorded.OPEN_MODULE,
          Recorded.OLD_MODULE,
          Recorded.BANNER_580,
          Recorded.DETAILS_470,
          Recorded.DIVIDED_LIST);

  @Test
  void theKernelModulesVersionIsReadOfClosedAndOpenModules() throws MalformedDataException {
    assertThat(DriverVersion.ofKernelModule(Recorded.CLOSED_MODULE)).hasToString("535.183.01");
    assertThat(DriverVersion.ofKernelModule(Recorded.OPEN_MODULE)).hasToString("580.159.04");
    assertThat(DriverVersion.ofKernelModule(Recorded.OLD_MODULE)).hasToString("418.87");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "NVRM version: ",
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  unknown  Sun May 12",
        "GCC version:  gcc version 12.3.0"
      })
  void anotherTextIsNoKernelModules(String text) {
    assertThatThrownBy(() -> DriverVersion.ofKernelModule(text))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("expected");
  }

  @ParameterizedTest
  @CsvSource({
    "525.60.13, 525.60.13, 0",
    "525.60.14, 525.60.13, 1",
    "525.147.05, 525.60.13, 1",
    "470.223.02, 525.60.13, -1",
    "418.87, 418.87.01, -1",
    "1000.0, 999.9.9, 1"
  })
  void versionsAreComparedNumberByNumber(String one, String other, int sign) {
    assertThat(Integer.signum(new DriverVersion(one).compareTo(new DriverVersion(other))))
        .isEqualTo(sign);
  }

  @Test
  void theCudaThatADriverSupportsIsRead() {
    assertThat(CudaVersion.ofDriver(Recorded.BANNER_580)).contains(new CudaVersion(13, 0));
    assertThat(CudaVersion.ofDriver(Recorded.BANNER_535)).contains(new CudaVersion(12, 2));
    assertThat(CudaVersion.ofDriver(Recorded.DETAILS_470)).contains(new CudaVersion(11, 4));
    assertThat(CudaVersion.ofDriver(Recorded.BANNER_WITHOUT_CUDA)).isEmpty();
    assertThat(CudaVersion.ofDriver(Recorded.NO_DRIVER)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"cu128, 12.8", "cu118, 11.8", "cu130, 13.0", "cu121-precxx11, 12.1"})
  void aFlavourNamesACuda(String flavour, String cuda) {
    assertThat(CudaVersion.ofFlavour(flavour).orElseThrow()).hasToString(cuda);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cpu-precxx11", "", "cuda", "cu12", "rocm6", "mkl", "xcu128"})
  void otherFlavoursNameNone(String flavour) {
    assertThat(CudaVersion.ofFlavour(flavour)).isEmpty();
  }

  @Test
  void theInstancesOfADividedGpuAreRead() throws MalformedDataException {
    assertThat(MigListing.parse(Recorded.DIVIDED_LIST).of(0))
        .containsExactly(
            new MigInstance("3g.20gb", "MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f"),
            new MigInstance("1g.5gb+me", "MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb"));
    assertThat(MigListing.parse(Recorded.UNDIVIDED_LIST).of(0)).isEmpty();
    assertThat(MigListing.parse(Recorded.UNDIVIDED_LIST).of(7)).isEmpty();
  }

  @Test
  void anInstanceOfNoGpuIsRefused() {
    String orphan = Recorded.DIVIDED_LIST.substring(Recorded.DIVIDED_LIST.indexOf('\n'));
    assertThatThrownBy(() -> MigListing.parse(orphan))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("MIG 3g.20gb");
  }

  @Provide
  Arbitrary<String> damaged() {
    return Mutations.of(TEXTS);
  }

  @Property
  void aDamagedTextIsReadOrRefusedAndNothingElse(@ForAll("damaged") String text) {
    CudaVersion.ofDriver(text).ifPresent(version -> assertThat(version.major()).isLessThan(100));
    try {
      assertThat(DriverVersion.ofKernelModule(text).text()).hasSizeLessThan(20);
    } catch (MalformedDataException e) {
      assertThat(e.getMessage()).hasSizeLessThan(400).doesNotContain("\n");
    }
    try {
      assertThat(MigListing.parse(text).of(0)).hasSizeLessThan(10);
    } catch (MalformedDataException e) {
      assertThat(e.getMessage()).hasSizeLessThan(400).doesNotContain("\n");
    }
  }
}
