"""What people call the fields of documents in English, as data; an underscore stands for a space."""

from collections.abc import Mapping
from typing import Final

NAMES: Final[Mapping[str, str]] = {
    # Invoices and bills.
    "发票号码 票据号码 发票代码": """
        invoice_number invoice_no invoice_num inv_no inv_number invoice_id bill_number bill_no fapiao_number fapiao_no
        number_of_the_invoice number_on_the_invoice
    """,
    "发票代码 票据代码": "invoice_code fapiao_code bill_code code_of_the_invoice",
    "开票日期 填开日期 填发日期 日期": """
        invoice_date issue_date issuing_date date_issued date_of_issue date_of_invoice billing_date bill_date
        fapiao_date
        date_on_the_invoice
    """,
    "校验码 验证码": "check_code verification_code checksum validation_code",
    "机器编号": "machine_number machine_no machine_id",
    "购买方名称 购买方 付款人全称 交款人 甲方": """
        buyer_name buyer's_name name_of_the_buyer purchaser purchaser_name customer_name client_name bill_to billed_to
        billing_name invoice_title name_of_the_purchaser buying_party buyer_company company_billed
    """,
    "购买方纳税人识别号": """
        buyer_tax_id buyer's_tax_id buyer_tax_number our_tax_id our_tax_number our_tax_no buyer's_tax_number our_tin
        purchaser_tax_id tax_id_of_the_buyer customer_tax_id company_tax_id our_company_tax_id
    """,
    "销售方名称 收款单位 商户名称 商户全称 收款人全称 酒店名称 乙方": """
        seller_name seller's_name name_of_the_seller vendor_name supplier_name issuing_company issued_by merchant_name
        store_name shop_name selling_company name_of_the_vendor name_of_the_supplier selling_party restaurant_name
        name_of_the_store name_of_the_shop name_of_the_merchant
    """,
    "销售方纳税人识别号": """
        seller_tax_id seller's_tax_id vendor_tax_id supplier_tax_id seller_tax_number vendor's_tax_id vendor_tax_number
        supplier's_tax_id their_tax_id their_tax_number tax_id_of_the_seller tax_id_of_the_vendor seller's_tax_number
    """,
    "价税合计 总金额 合计 金额合计（小写） 金额（小写） 合同金额（小写） 票价 金额": """
        total_amount grand_total total_price total_sum amount_due total_due total_paid amount_paid final_amount
        total_cost total_incl_tax total_including_tax total_with_tax amount_including_tax tax_inclusive_amount
        tax_inclusive_total gross_amount total_incl_vat total_including_vat invoice_total invoice_amount bill_total
        total_on_the_invoice total_on_the_bill total_on_the_receipt gross_total full_amount amount_payable sum_total
        price_with_tax grand_total_incl_tax grand_total_including_tax total_charge overall_total
        total_value receipt_total total_bill
    """,
    "价税合计（大写） 合同金额（大写） 金额合计（大写） 金额（大写）": """
        amount_in_words total_in_words amount_in_chinese chinese_capital_amount amount_in_capital_letters
        amount_in_chinese_characters total_in_chinese
    """,
    "合计金额 不含税金额 不含税价": """
        net_amount subtotal sub_total amount_before_tax total_before_tax price_before_tax pre_tax_amount pretax_amount
        pre-tax_amount amount_excluding_tax total_excluding_tax amount_without_tax total_without_tax amount_excl_tax
        net_total net_price net_of_tax tax_exclusive_amount amount_excluding_vat total_excl_vat
    """,
    "合计税额 税额 增值税税额": """
        tax_amount vat_amount total_tax total_vat amount_of_tax amount_of_vat gst_amount tax_total input_vat input_tax
        deductible_vat deductible_tax tax_paid value_added_tax
    """,
    "税率 增值税税率": "tax_rate vat_rate rate_of_tax gst_rate tax_percentage vat_percentage tax_percent",
    "收款人": "payee payee_name cashier_name received_by",
    "复核 复核人": "reviewer reviewed_by checker checked_by",
    "开票人": "drawer issuer_name drawn_by clerk person_who_issued_it",
    "备注": "remarks remark notes note_field remarks_column remarks_field memo comments",
    "发票名称 票据名称 证明名称 回单标题": "invoice_type type_of_invoice kind_of_invoice document_type document_title",
    "名称 项目名称 商品": """
        item_name product_name item_names goods_name description_of_goods goods_description name_of_the_goods
        item_description product_description items_bought
    """,
    "规格型号 型号": "specification specifications model_number model_no spec",
    "单位": "unit_of_measure unit_of_measurement",
    "数量": "quantity quantities number_of_items qty number_of_units number_of_pieces",
    "单价": "unit_price price_per_unit unit_cost price_each price_per_piece price_per_item",
    # Trains, coaches, planes and taxis.
    "车次 班次": """
        train_number train_no train_num number_of_the_train train_code bus_number bus_no coach_number
    """,
    "出发站 自 起点": """
        departure_station departure_city departing_station origin_station origin starting_station from_station
        departure_airport starting_point start_station station_of_departure pickup_point pick-up_point pickup_location
    """,
    "到达站 至 终点": """
        arrival_station arrival_city arriving_station destination destination_station to_station final_stop
        arrival_airport terminal_station station_of_arrival dropoff_point drop-off_point drop_off_location
        destination_city
    """,
    "乘车日期 日期": """
        travel_date date_of_travel departure_date trip_date date_of_the_trip date_of_departure journey_date flight_date
        train_date date_of_the_flight date_of_flight ride_date date_of_the_ride
    """,
    "开车时间 时间": """
        departure_time time_of_departure departing_time train_time boarding_time flight_time take-off_time takeoff_time
    """,
    "座位号": "seat_number seat_no seat_num coach_and_seat carriage_and_seat seat_assignment carriage_number",
    "席别 座位等级": "seat_class seat_type class_of_seat travel_class cabin_class fare_class cabin class_of_travel",
    "票价 金额": """
        ticket_price ticket_fare base_fare fare_amount price_of_the_ticket fare_on_the_ticket train_fare
        air_fare
    """,
    "退票费": "refund_fee cancellation_fee",
    "姓名 旅客姓名 客人姓名 行程人姓名 持卡人 户主姓名": """
        passenger_name name_of_the_passenger passenger's_name traveller_name traveler_name
        name_of_the_traveller guest_name name_of_the_guest guest's_name full_name person's_name holder_name
        cardholder_name card_holder holder's_name name_on_the_card name_on_the_id first_and_last_name
        traveller's_name passengers_name
    """,
    "身份证号 有效身份证件号码 公民身份号码 证号": """
        id_number id_no id_num id_card_number identity_number national_id citizen_id passenger_id id_card_no
        identity_card_number licence_number license_number driving_licence_number driver's_license_number
    """,
    "电子客票号 电子客票号码": """
        ticket_number e-ticket_number eticket_number e-ticket_no eticket_no ticket_no ticket_num
    """,
    "航班号": "flight_number flight_no flight_num flight_code number_of_the_flight",
    "承运人": "airline carrier airline_name name_of_the_airline which_airline",
    "燃油附加费": "fuel_surcharge fuel_fee fuel_charge fuel_tax",
    "民航发展基金": """
        airport_tax airport_fee airport_construction_fee civil_aviation_fund aviation_development_fund
        civil_aviation_development_fund airport_charge
    """,
    "其他税费": "other_taxes other_fees other_charges",
    "保险费": "insurance_fee insurance_premium travel_insurance",
    "填开单位": "issuing_agent issuing_agency ticketing_agent travel_agency",
    "车号 车牌号 号牌号码 车牌照号": """
        plate_number plate_no license_plate licence_plate licence_plate_number license_plate_number car_plate
        taxi_plate taxi_number car_number cab_number number_plate vehicle_number registration_number
    """,
    "上车时间": """
        pick-up_time pickup_time pick_up_time boarding_time start_time time_of_pickup ride_start
        start_of_the_ride
    """,
    "下车时间": """
        drop-off_time dropoff_time drop_off_time end_time time_of_dropoff ride_end end_of_the_ride
        arrival_time
    """,
    "里程": "mileage distance_travelled distance_driven trip_distance kilometers kilometres number_of_kilometers km",
    "总金额 金额": "taxi_fare total_fare cab_fare fare_total ride_fare",
    "行程人手机号": "rider's_phone rider_phone passenger_phone",
    "笔数 行程数": "number_of_trips number_of_rides trip_count ride_count how_many_trips how_many_rides",
    # Banks and payments.
    "付款人全称": "payer payer_name name_of_the_payer remitter sender_name remitter_name paying_company ordering_party",
    "收款人全称": """
        beneficiary beneficiary_name recipient_name payee_company receiving_company name_of_the_beneficiary
        receiver_name name_of_the_payee name_of_the_recipient
    """,
    "付款人账号": """
        payer_account payer's_account payer_account_number remitter_account paying_account sender_account
        from_which_account payer_a/c debit_account account_of_the_payer payer_account_no
    """,
    "收款人账号": """
        beneficiary_account beneficiary_account_number recipient_account receiving_account payee_account
        payee_account_number beneficiary_a/c credit_account account_of_the_beneficiary
        beneficiary_account_no receiver_account beneficiary's_account
    """,
    "付款人开户行": "payer's_bank payer_bank sending_bank remitting_bank bank_of_the_payer",
    "收款人开户行": """
        beneficiary_bank receiving_bank recipient_bank payee_bank beneficiary's_bank bank_of_the_beneficiary
    """,
    "流水号 交易单号": """
        transaction_number transaction_no transaction_id txn_id txn_no txn_ref transaction_reference
        reference_number reference_no ref_no payment_reference serial_number_of_the_transaction
        transaction_ref ref_number
    """,
    "用途 摘要 事由": """
        purpose purpose_of_payment payment_purpose purpose_of_the_transfer reason_for_payment payment_reason
    """,
    "手续费": "handling_fee service_fee bank_fee bank_charge bank_charges transfer_fee transaction_fee",
    "日期 支付时间": """
        transaction_date payment_date date_of_payment transfer_date date_of_transfer date_of_the_transaction
        value_date date_paid payment_time time_of_payment
    """,
    "金额（小写） 金额": "transfer_amount amount_transferred payment_amount transaction_amount amount_received",
    "卡号": "card_number card_no bank_card_number card_num",
    "银行": "issuing_bank bank_name name_of_the_bank card_issuer",
    "卡类型": "card_type type_of_card",
    "支付方式 付款方式": """
        payment_method method_of_payment way_of_payment mode_of_payment paid_by paid_with means_of_payment
    """,
    "商户单号": "merchant_order_number merchant_order_no order_number order_no",
    "状态": "payment_status transaction_status",
    # Contracts.
    "合同编号": "contract_number contract_no contract_id agreement_number agreement_no number_of_the_contract",
    "合同名称": "contract_name contract_title title_of_the_contract name_of_the_contract agreement_title",
    "甲方": "party_a first_party name_of_party_a",
    "乙方": "party_b second_party name_of_party_b contractor",
    "合同金额（小写）": """
        contract_amount contract_value contract_sum contract_price amount_of_the_contract value_of_the_contract
        contract_total total_contract_value
    """,
    "币种 币别": "currency currency_used which_currency",
    "签订日期": "signing_date date_of_signing signature_date date_signed date_of_signature contract_date signed_on",
    "生效日期 有效期起": "effective_date start_date commencement_date date_of_commencement valid_from",
    "到期日期 有效期止 有效期至 有效期限 有效期": """
        expiry_date expiration_date end_date due_date date_of_expiry expiration date_of_expiration valid_until
        valid_till validity valid_thru expires_on payment_due_date termination_date
    """,
    "付款方式": "payment_terms terms_of_payment payment_schedule payment_conditions",
    "违约责任": """
        breach_of_contract liability_for_breach penalty_clause penalties late_penalty breach_clause
        penalty_terms
    """,
    "争议解决": "dispute_resolution jurisdiction arbitration governing_law arbitration_clause dispute_settlement",
    # Licences and other papers.
    "名称": "company_name name_of_the_company business_name entity_name",
    "统一社会信用代码": """
        credit_code social_credit_code unified_social_credit_code uscc business_registration_number
        company_registration_number
    """,
    "法定代表人 经营者": """
        legal_representative legal_rep legal_person representative_of_the_company company_representative
    """,
    "注册资本": "registered_capital capital share_capital",
    "成立日期": """
        date_of_establishment establishment_date founding_date date_founded incorporation_date
        date_established
    """,
    "住所": "registered_address company_address business_address address_of_the_company registered_office",
    "经营范围": "business_scope scope_of_business line_of_business business_activities",
    "类型": "company_type type_of_company entity_type",
    "性别": "gender",
    "民族": "ethnicity ethnic_group nationality_group",
    "出生 出生日期": "date_of_birth birth_date birthday birthdate dob year_of_birth",
    "住址 地址": "home_address residential_address address_on_the_id address_on_it",
    "签发机关 颁发机构 税务机关 签发地点": """
        issuing_authority issued_by_authority issuing_office authority issuing_body
    """,
    "国籍": "nationality citizenship",
    "准驾车型": "vehicle_class licence_class license_class driving_class vehicle_category",
    "初次领证日期": "first_issue_date date_of_first_issue",
    "所有人": "vehicle_owner owner_of_the_car car_owner owner_name registered_owner",
    "车辆识别代号": "vin vin_number chassis_number vehicle_identification_number frame_number",
    "发动机号码": "engine_number engine_no motor_number",
    "品牌型号 厂牌型号": "car_model brand_and_model vehicle_model make_and_model car_brand",
    "注册日期": "registration_date date_of_registration",
    "使用性质": "use_of_vehicle usage_type nature_of_use",
    "护照号": "passport_number passport_no passport_num number_of_the_passport",
    "签发日期 发证日期": "passport_issue_date certificate_date date_awarded",
    "职务": "job_title position",
    "公司": "company_on_the_card employer",
    "手机": "mobile_number mobile_phone cell_number cell_phone mobile_no",
    "邮箱": "email_address e-mail mail_address",
    "电话": "phone_number telephone_number office_phone",
    "证书编号": "certificate_number certificate_no certificate_id",
    "证书名称": "certificate_name name_of_the_certificate type_of_certificate",
    "专业": "major field_of_study specialty",
    # Hotels, receipts, hospitals, goods.
    "酒店名称": "hotel_name name_of_the_hotel which_hotel",
    "房号": "room_number room_no room_num",
    "入住日期": "check-in_date checkin_date check_in_date arrival_date date_of_arrival check-in",
    "离店日期": "check-out_date checkout_date check_out_date date_of_check-out check-out",
    "房价": "room_rate nightly_rate room_price rate_per_night price_per_night room_charge",
    "交易日期": "receipt_date purchase_date date_of_purchase date_on_the_receipt",
    "小票号": "receipt_number receipt_no slip_number ticket_number_of_the_receipt",
    "找零": "change_given change_returned",
    "医保统筹基金支付": "insurance_paid paid_by_insurance amount_paid_by_insurance insurance_payment",
    "个人自付": "self_paid self-paid_amount out_of_pocket copay co-payment amount_paid_by_patient",
    "个人现金支付": "cash_payment paid_in_cash",
    "交款人": "patient_name name_of_the_patient patient",
    "门诊号": "outpatient_number outpatient_no",
    "住院时间": "hospital_stay dates_of_hospitalization admission_dates",
    "编号": "serial_number serial_no sn_number",
    "压力等级": "pressure_rating pressure_class rated_pressure",
    "材质": "material_grade body_material",
    "制造商": "manufacturer maker made_by name_of_the_manufacturer manufacturer_name",
    "出厂日期": "manufacturing_date production_date date_of_manufacture date_made",
    "运单号": "tracking_number tracking_no waybill_number waybill_no tracking_code shipment_number",
    "寄件人姓名": "sender_name sender's_name shipper name_of_the_sender",
    "寄件人电话": "sender_phone sender's_phone sender's_number phone_of_the_sender",
    "寄件人地址": "sender_address sender's_address shipped_from from_address",
    "收件人姓名": "recipient_name receiver's_name recipient's_name consignee name_of_the_recipient addressee",
    "收件人电话": "recipient_phone recipient's_phone receiver's_phone recipient's_number phone_of_the_recipient",
    "收件人地址": "delivery_address shipping_address recipient's_address recipient_address receiver's_address ship_to",
    "税种": "type_of_tax tax_type",
    "税款所属时期": "tax_period period_of_the_tax",
    "税务机关": "tax_bureau tax_office tax_authority",
}
