package io.github.hunyuanvideo.cuda;

/** Texts as drivers of several years print them. */
final class Recorded {

  private Recorded() {}

  static final String CLOSED_MODULE =
      """
      NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024
      GCC version:  gcc version 12.3.0 (Ubuntu 12.3.0-1ubuntu1~22.04)
      """;

  static final String OPEN_MODULE =
      """
      NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build  (dvs-builder@U22-I3-AM02-24-3)  Tue Oct 14 02:30:53 UTC 2025
      GCC version:  gcc version 13.3.0 (Ubuntu 13.3.0-6ubuntu2~24.04)
      """;

  static final String OLD_MODULE =
      """
      NVRM version: NVIDIA UNIX x86_64 Kernel Module  418.87  Wed Aug  7 15:06:32 CDT 2019
      GCC version:  gcc version 7.4.0 (Ubuntu 7.4.0-1ubuntu1~18.04.1)
      """;

  static final String KERNEL_GPU =
      """
      Model: 		 NVIDIA A10G
      IRQ:   		 24
      GPU UUID: 	 GPU-8d2a7f0e-5b1c-4f63-9a35-0f4f6d3c2b11
      Video BIOS: 	 94.02.75.00.01
      Bus Type: 	 PCIe
      """;

  static final String ONE_H200 =
      "0, GPU-1f3d9c52-77aa-4e0b-8d61-2f9a4b6c8e10, NVIDIA H200, 9.0, 143771, 143153, 580.159.04, Disabled\n";

  static final String TWO_DIFFERENT =
      """
      0, GPU-aaaaaaaa-1111-2222-3333-444444444444, NVIDIA GeForce RTX 3060, 8.6, 12288, 11830, 550.54.15, [N/A]
      1, GPU-bbbbbbbb-1111-2222-3333-444444444444, NVIDIA GeForce RTX 4090, 8.9, 24564, 23990, 550.54.15, [N/A]
      """;

  static final String TWO_ALIKE =
      """
      0, GPU-aaaaaaaa-1111-2222-3333-444444444444, NVIDIA H100 80GB HBM3, 9.0, 81559, 81008, 570.124.06, Disabled
      1, GPU-aaaabbbb-1111-2222-3333-444444444444, NVIDIA H100 80GB HBM3, 9.0, 81559, 12, 570.124.06, Disabled
      """;

  static final String BLACKWELL =
      "0, GPU-cccccccc-1111-2222-3333-444444444444, NVIDIA GeForce RTX 5090, 12.0, 32607, 31900, 570.124.06, [N/A]\r\n";

  static final String DIVIDED =
      "0, GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f, NVIDIA A100-SXM4-40GB, 8.0, [N/A], [Insufficient Permissions], 535.183.01, Enabled\n";

  static final String DIVIDED_LIST =
      """
      GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f)
        MIG 3g.20gb     Device  0: (UUID: MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f)
        MIG 1g.5gb+me   Device  1: (UUID: MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb)
      """;

  static final String UNDIVIDED_LIST =
      "GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f)\n";

  static final String BANNER_580 =
      """
      Tue Nov 25 12:00:00 2025
      +-----------------------------------------------------------------------------------------+
      | NVIDIA-SMI 580.159.04             Driver Version: 580.159.04     CUDA Version: 13.0     |
      +-----------------------------------------+------------------------+----------------------+
      """;

  static final String BANNER_535 =
      """
      +---------------------------------------------------------------------------------------+
      | NVIDIA-SMI 535.183.01             Driver Version: 535.183.01   CUDA Version: 12.2     |
      |-----------------------------------------+----------------------+----------------------+
      """;

  /** In a container that was given the driver's tools, but not its library for CUDA. */
  static final String BANNER_WITHOUT_CUDA =
      """
      | NVIDIA-SMI 550.54.15              Driver Version: 550.54.15      CUDA Version: N/A      |
      """;

  static final String DETAILS_470 =
      """
      ==============NVSMI LOG==============

      Timestamp                                 : Tue Nov 25 12:00:00 2025
      Driver Version                            : 470.223.02
      CUDA Version                              : 11.4
      """;

  static final String NO_DRIVER =
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n";
}
