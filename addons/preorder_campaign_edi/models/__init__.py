from . import sale_edi_xml_ubl_bis3
